#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/recipe/extensions.hpp"

namespace app::recipe {

/// What a recipe is written for.
struct Values {
  std::string domain;        ///< of the users
  std::string sipwake_host;  ///< as the PBX reaches us; an IPv6 address without brackets
  std::string sipwake_port;
  std::string pbx_host;  ///< as we reach the PBX
  std::string pbx_port;
  std::string transport{"udp"};        ///< between us: udp, tcp or tls
  std::vector<Extensions> extensions;  ///< the phones that move to sipwake
  std::vector<std::string> listens{};  ///< transports with a [[listen]]; none: udp and tcp, unnamed
};

/// How to put sipwake in front of one kind of PBX: Markdown, whose blocks can be pasted as they
/// are.
struct Recipe {
  std::string_view name;   ///< as the command line says it
  std::string_view title;  ///< as people say it
  std::string (*write)(const Values&);
};

/// All there are.
std::span<const Recipe> recipes();

/// "aor,password,display_name" with a made-up password for each extension, to be imported.
/// `make_password` is called once an extension.
std::string users_csv(const Values& values, std::string (*make_password)());

// One recipe each, in a file of its name.
std::string asterisk(const Values& values);
std::string freepbx(const Values& values);
std::string freeswitch(const Values& values);
std::string generic(const Values& values);
std::string kamailio(const Values& values);
std::string standalone(const Values& values);

// What they share.

/// `text` with each {name} that is known replaced; other braces stay.
std::string fill(std::string text, const Values& values);
/// The part that is done on sipwake's side, the same for every PBX.
std::string our_side(std::string_view name, const Values& values);
/// How to see that it works.
std::string how_to_try(const Values& values);
/// The [[listen]] that is missing for the transport, with a blank line in front; empty: none is.
std::string missing_listeners(const Values& values);
/// "^(1[0-1][0-9]|120)$", of all extensions.
std::string regex_of(const Values& values);

}  // namespace app::recipe
