#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/trunk_rows.hpp"
#include "sipstack/base/time.hpp"
#include "sipstack/message/message.hpp"

namespace proxy::trunk {

/// Our registration at a provider: REGISTER, its challenge answered, refreshed in time, tried again
/// ever later while it fails (RFC 3261 section 10.2).
class Registration {
 public:
  static constexpr sip::Duration first_pause{2'000};
  static constexpr sip::Duration longest_pause{300'000};
  static constexpr sip::Duration least_refresh{10'000};

  enum class State : std::uint8_t { trying, registered, failed };

  /// What a REGISTER needs that only the engine has.
  struct Means {
    std::string via;
    std::string contact;  ///< "<sip:me@192.0.2.1:5060>"
    std::string call_id;
    std::string tag;
    std::string cnonce;
  };

  /// `first_cseq`: above those that a run before this one has sent under the same Call-ID, which
  /// the registrar would refuse (RFC 3261 section 10.3, step 7).
  Registration(sip::TimePoint due, std::uint32_t first_cseq) : due_{due}, cseq_{first_cseq} {}

  State state() const { return state_; }
  /// Why the last attempt failed; empty when it did not.
  const std::string& trouble() const { return trouble_; }
  /// Until when it holds; nothing when it does not.
  std::optional<sip::TimePoint> until() const { return until_; }
  /// When the next REGISTER is due; nothing while one is under way.
  std::optional<sip::TimePoint> due() const { return due_; }

  /// The next REGISTER. One is under way until it is answered or lost.
  std::string request(const record::Trunk& trunk, const Means& means);
  /// A REGISTER that takes our contact away again.
  std::string farewell(const record::Trunk& trunk, const Means& means);
  void on_response(const sip::Message& response, sip::TimePoint now);
  void on_lost(std::string_view why, sip::TimePoint now);

 private:
  std::string build(const record::Trunk& trunk, const Means& means, std::uint32_t expires);
  void on_challenge(const sip::Message& response, sip::TimePoint now);
  void on_ok(const sip::Message& response, sip::TimePoint now);
  void fail(std::string why, sip::TimePoint now);

  State state_{State::trying};
  std::string trouble_;
  std::optional<sip::TimePoint> until_;
  std::optional<sip::TimePoint> due_;
  std::string challenge_;  ///< header value that the next REGISTER answers
  bool by_proxy_{false};   ///< it was a 407
  bool answered_{false};   ///< the REGISTER under way answers one
  std::uint32_t cseq_{0};
  std::uint32_t nc_{0};
  std::uint32_t expires_{0};  ///< asked for
  std::uint32_t least_{0};    ///< what the provider wants at least (423)
  unsigned failures_{0};
  std::string contact_;
};

std::string_view to_string(Registration::State state);

/// An OPTIONS that asks whether somebody is there (RFC 3261 section 11).
std::string build_probe(std::string_view uri, const Registration::Means& means);

}  // namespace proxy::trunk
