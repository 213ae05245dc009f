#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sipstack/locate/owned.hpp"
#include "sipstack/locate/record.hpp"
#include "sipstack/locate/service.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/transport/flow.hpp"

namespace sip::locate {

/// Who is looked for (RFC 3263 section 4): the TARGET, and what the URI says of port and transport.
struct Wanted {
  std::string host;  ///< a name or an address
  std::uint16_t port{0};
  std::optional<Transport> transport;
  bool secure{false};  ///< sips: TLS all the way
  bool operator==(const Wanted&) const = default;

  /// Nothing when it is no SIP URI, or names a transport nobody knows.
  static std::optional<Wanted> from(const UriView& uri);
};

/// One host that serves: an SRV record, or what stands for one.
struct Way {
  Transport transport{Transport::udp};
  std::uint32_t rank{0};  ///< of its service, by NAPTR: the lowest first
  std::uint16_t priority{0};
  std::uint16_t weight{0};
  std::uint16_t port{0};
  std::string host;
  std::vector<Address> addresses;
  bool operator==(const Way&) const = default;
};

/// What was found. No way and no failure: the domain says that it has no such service.
struct Located {
  std::vector<Way> ways;
  std::chrono::seconds ttl{0};  ///< the shortest on the way
  Failure failure{Failure::none};
  bool operator==(const Located&) const = default;
};

/// The procedure of RFC 3263 section 4 as a machine: NAPTR, then SRV, then addresses. A port or a
/// literal address leaves out the first two.
class Locator {
 public:
  /// `supported`: transports we can use, those we would rather use first.
  Locator(Wanted wanted, std::vector<Transport> supported);

  /// What to ask first; empty when nothing needs to be asked.
  std::vector<Question> begin();
  /// What to ask next. An answer to what is not asked changes nothing.
  std::vector<Question> on_answer(const Question& question, const Answer& answer);
  bool done() const { return open_.empty(); }
  /// Once done.
  const Located& located() const { return located_; }

 private:
  enum class Stage : std::uint8_t { naptr, srv, address };

  Transport default_transport() const;
  bool can(Transport transport) const;
  std::vector<Question> ask(std::vector<Question> questions);
  std::vector<Question> ask_services();
  std::vector<Question> ask_addresses();
  void take_services(const Owned& owned, std::uint32_t rank);
  std::vector<Question> after_services();
  void take_addresses(const Question& question, const Owned& owned);
  void fail(Failure failure);
  void finish();
  void shorten(std::chrono::seconds ttl);

  Wanted wanted_;
  std::vector<Transport> supported_;
  Stage stage_{Stage::naptr};
  std::vector<Question> open_;
  std::vector<Service> services_;
  std::optional<Failure> trouble_;  ///< a question that nobody answered; others may do
  bool no_service_{false};          ///< an SRV record with the target "."
  bool any_ttl_{false};
  Located located_;
};

}  // namespace sip::locate
