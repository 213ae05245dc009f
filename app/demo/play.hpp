#pragma once
#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/push_service.hpp"
#include "app/demo/stage.hpp"
#include "app/demo/story_book.hpp"
#include "proxy/core/record/timeline.hpp"

namespace app::demo {

/// The people of the play, by the user part of their address.
inline constexpr std::string_view alice = "demo-alice";  ///< calls all others
inline constexpr std::string_view bob = "demo-bob";      ///< has a desk phone
inline constexpr std::string_view carol = "demo-carol";  ///< has a mobile
inline constexpr std::string_view dave = "demo-dave";    ///< has both
inline constexpr std::string_view erin = "demo-erin";    ///< has a mobile that never wakes
inline constexpr std::array mobile_users{carol, dave, erin};

/// "Alice" for "demo-alice".
std::string first_name(std::string_view user);

/// What the phones must know of the server.
struct House {
  std::string domain;
  sip::Transport desk_transport{sip::Transport::udp};
  sip::Endpoint desk{};  ///< where desk phones and the caller register
  sip::Transport mobile_transport{sip::Transport::tcp};
  sip::Endpoint mobile{};
  std::chrono::milliseconds wake_timeout{0};
  PushService* push{nullptr};                                 ///< wakes the mobiles
  std::map<std::string, std::string, std::less<>> passwords;  ///< by user part
};

/// The calls in the order they are shown, which is also that of their callees' names.
inline constexpr std::array<std::string_view, 5> titles{
    "A registered phone answers", "A sleeping phone is woken and answers",
    "The caller gives up, the phone wakes late: missed",
    "The desk phone answers, the mobile wakes late: answered elsewhere", "A phone never wakes"};

/// How one call went.
struct Outcome {
  std::string call_id;
  std::vector<std::string> faults;  ///< empty: as it must be
  std::string push;                 ///< as the push service saw it, for people to read
};

/// The five calls, and what each must look like to phones and server alike. A call returns when it
/// is over for the phones; its faults name what was missing or too much.
class Play {
 public:
  Play(Stage& stage, House house, StoryBook& book);

  /// Registers everybody; a fault when that fails.
  std::vector<std::string> enter();
  /// Call 5 begins first, because it has to wait out the server's patience.
  void start_unanswered();
  Outcome answered_at_the_desk();
  Outcome woken_in_time();
  Outcome missed();
  Outcome answered_elsewhere();
  Outcome never_woken();

 private:
  /// What the server must have recorded of a call.
  struct Expected {
    int final_status{0};
    std::vector<proxy::record::Step> in_order;  ///< among others
    proxy::record::Step last{};                 ///< with it the story is complete
    std::vector<proxy::record::LegState> legs;  ///< among others
    std::vector<std::string> verdict;           ///< words it must have, in lower case
  };

  PhoneSettings phone(std::string_view user, std::string_view kind) const;
  PhoneSettings desk(std::string_view user) const;
  PhoneSettings mobile(std::string_view user) const;
  std::string mobile_name() const { return std::string{house_.push->phone()}; }
  std::string uri(std::string_view user) const;
  Outcome begin(std::string_view callee);
  bool registers(Phone& phone);
  /// Waits for the push to this user's mobile; a fault when none comes.
  void await_push(Outcome& outcome, std::string_view user);
  /// A mobile comes back on a new socket.
  Phone& wake(Outcome& outcome, std::string_view user);
  void await(Outcome& outcome, const Phone& phone, Sight what, std::string_view who);
  void hang_up(Outcome& outcome, const Phone& callee);
  /// The call's INVITE, once, and no other call's.
  void check_invites(Outcome& outcome, const Phone& phone, std::string_view who) const;
  void compare(Outcome& outcome, const Expected& expected);

  Stage& stage_;
  House house_;
  StoryBook& book_;
  Phone* caller_{nullptr};
  Phone* dave_desk_{nullptr};
  Phone* bob_desk_{nullptr};
  std::string unanswered_call_;
};

}  // namespace app::demo
