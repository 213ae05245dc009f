#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/setting.hpp"
#include "tests/support/phone.hpp"

namespace test::sim {

/// What a caller means to do with one call.
struct CallPlan {
  std::string to;                         ///< address of record
  std::string call_id;                    ///< empty: a new one
  std::string from_tag;                   ///< a PBX forks with the same one
  std::optional<sip::Duration> patience;  ///< then CANCEL
  std::string cancel_reason;
  std::optional<int> expires;  ///< seconds
  bool wants_100rel{false};
  bool probes_early{false};
  bool acks_in_the_transaction{false};  ///< the ACK of a 2xx with the branch of the INVITE
  sip::Duration talk{0};                ///< then BYE; 0: waits for the other side for a long while
};

/// Somebody who calls: makes INVITEs, gives up, acknowledges, hangs up.
class Caller : public Phone {
 public:
  Caller(Setting& setting, PhoneConfig config);

  /// Returns the Call-ID.
  std::string dial(const CallPlan& plan);
  void send_text(const std::string& to);

 protected:
  void put(const sip::Message& message, LineId line, bool reached, bool skippable) override;
  void hang_up(std::size_t dialog, bool by_caller);
  Setting& setting() { return setting_; }

 private:
  struct Call {
    CallPlan plan;
    std::size_t client{0};
    std::string call_id;
    bool gave_up{false};
    bool probed{false};
    std::string remote_tag;  ///< of the answer that counts
  };
  void give_up(std::size_t call);
  void probe(Call& call, const sip::Message& response);
  void answered(Call& call, const sip::Message& response);

  Setting& setting_;
  std::vector<Call> calls_;
};

}  // namespace test::sim
