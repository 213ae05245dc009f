#pragma once
#include <cstdint>
#include <string_view>

#include "proxy/core/engine/core.hpp"
#include "proxy/core/record/trunk_rows.hpp"
#include "sipstack/message/rewrite.hpp"

// Who the caller is said to be (RFC 3325, docs/adr/0009): believed from trusted peers, and told to
// them alone.

namespace proxy {

struct Sender {
  const sip::Message& request;
  const sip::Flow& flow;
  std::int64_t trunk{0};  ///< it came from there; 0: from none
  std::string_view aor;   ///< who was authenticated; empty: nobody
};

struct Receiver {
  bool is_phone{false};
  const record::Trunk* trunk{nullptr};  ///< it leaves by this one
  std::string_view set_caller;          ///< as its route says; empty: as he is
};

bool is_believed(const Core& core, const Sender& from);
/// Phones are told who the caller is said to be: he is believed, and has nothing against it.
bool tells_identity(const Core& core, const Sender& from);
/// Takes P-Asserted-Identity and its kin out of what goes to `to`, or puts it in.
void put_identity(sip::Rewrite& edit, const Core& core, const Sender& from, const Receiver& to);

}  // namespace proxy
