#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/core/settings/settings.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/transport/flow.hpp"
#include "tests/support/world.hpp"

namespace test::sim {

using PartyId = std::size_t;

/// When something became true, and the batch that made it durable: what a kill -9 before that
/// batch was committed may make undone.
struct Fact {
  std::optional<sip::Duration> at;
  proxy::Seq seq{0};

  explicit operator bool() const { return at.has_value(); }
};

/// One INVITE of the server to a device, from what passed on the wire.
struct Attempt {
  std::string branch;
  std::uint64_t client{0};  ///< as in the Send, to know it in SendFailed
  sip::Flow flow;
  bool late{false};       ///< a late call, not the caller's
  sip::Duration asked{};  ///< when the server decided
  sip::Duration sent{};   ///< when it left
  int provisional{0};     ///< highest 1xx heard
  int final_status{0};    ///< first final heard
  std::optional<sip::Duration> provisional_at;
  std::optional<sip::Duration> final_at;
  std::optional<sip::Duration> dead_at;  ///< its flow closed, or it could not be sent
  std::optional<sip::Duration> cancelled_at;
  std::uint32_t cseq{0};
  bool crashed{false};  ///< it died with the process
  std::string tag;      ///< the device's, in its final response
  bool acked{false};
  bool hung_up{false};  ///< BYE sent

  bool heard() const { return provisional != 0 || final_status != 0; }
  bool not_reached() const {
    return final_status == 503 || final_status == 408 || final_status == 430;
  }
};

/// What the server owes, and has given, to one device for one call.
struct Ring {
  PartyId device{0};
  std::size_t call{0};
  std::vector<Attempt> attempts;
  std::optional<sip::Duration> pushed;  ///< first push handed over
  std::optional<sip::Duration> pushed_last;
  sip::WallTime pushed_wall{};
  int pushes{0};
  Fact refused;                       ///< by its push service: nobody was asked after all
  Fact asked;                         ///< the push is in the store
  Fact rang;                          ///< 101-199 heard
  Fact answered;                      ///< 2xx heard
  Fact declined;                      ///< another final of its own heard
  Fact unreached;                     ///< it last said that it has not got the call
  Fact told;                          ///< CANCEL sent, or the late call is complete
  bool came{false};                   ///< registered, or kept alive, since it was asked
  std::optional<sip::Duration> left;  ///< un-registered, when last: the device is another one since
  int late_calls{0};                  ///< attempts that left
  int late_done{0};
  int notices{0};       ///< missed-call pushes handed over
  bool blurred{false};  ///< a crash or a failed commit took something of it
};

enum class Over : std::uint8_t { no, answered, cancelled, declined, failed, crashed };

/// One INVITE of a caller that was let in.
struct Incoming {
  std::string call_id;
  std::string branch;
  PartyId caller{0};
  std::string to;                 ///< whom it is for: a user, a group or a number
  std::set<std::size_t> reach;    ///< whose phones it may ring or wake
  bool stays{true};               ///< it goes on to nobody
  std::vector<std::size_t> been;  ///< the users it has come to, in this order
  /// A decline came that may have ended it: known when it goes on, or by its final.
  bool unsure{false};
  sip::Message invite;
  sip::Duration arrived{};
  sip::WallTime arrived_wall{};
  Over over{Over::no};
  sip::Duration over_at{};
  sip::WallTime over_wall{};
  proxy::Seq over_seq{0};
  proxy::Seq arrived_seq{0};
  std::string cancel_reason;
  std::optional<sip::Duration> expires;  ///< Expires of the INVITE
  int final_status{0};                   ///< first sent to the caller
  proxy::Seq final_seq{0};
  int finals_failed{0};  ///< different failures sent
  int finals_ok{0};      ///< 2xx sent
  std::string final_tag;
  bool pushed{false};  ///< a push for it was handed over
  bool blurred{false};
  bool forgotten{false};                 ///< nothing of it was in the store when the process died
  std::map<PartyId, std::size_t> rings;  ///< index in Book::rings
};

/// A registration as the server has confirmed it.
struct Registered {
  sip::Flow flow;
  sip::Duration asked{};  ///< when its REGISTER came
  sip::Duration since{};  ///< when the 200 left
  sip::Duration until{};
  std::optional<sip::Duration> gone_at;  ///< un-registered, or its flow closed

  bool gone() const { return gone_at.has_value(); }
};

/// A device as the wire shows it.
struct Device {
  std::size_t user{0};
  bool gateway{false};  ///< a target of the trunk
  bool mobile{false};
  bool eligible{false};  ///< for late calls, by its platform or User-Agent
  std::optional<Registered> now;
  bool unsure{false};  ///< a REGISTER of it was undone
};

/// Everything known of a run from what passed between the server and the world.
struct Book {
  std::deque<Incoming> calls;
  std::deque<Ring> rings;
  std::vector<Device> devices;                                  ///< by PartyId
  std::unordered_map<std::string, std::size_t> call_of_branch;  ///< the caller's branch
  struct At {
    std::size_t ring;
    std::size_t attempt;
  };
  std::unordered_map<std::string, At> attempt_of_branch;
  std::unordered_map<std::string, std::vector<std::size_t>> calls_of_id;

  Ring& ring(std::size_t call, PartyId device) {
    const auto [at, fresh] = calls[call].rings.try_emplace(device, rings.size());
    if (fresh) {
      rings.emplace_back();
      rings.back().device = device;
      rings.back().call = call;
    }
    return rings[at->second];
  }
};

}  // namespace test::sim
