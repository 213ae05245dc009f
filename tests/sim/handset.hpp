#pragma once
#include <map>
#include <string>

#include "tests/sim/caller.hpp"

namespace test::sim {

/// A phone that is called: a softphone that sleeps until its push comes and then behaves as
/// liblinphone does, or a desk phone that never sleeps.
class Handset : public Caller {
 public:
  enum class Kind : std::uint8_t { mobile, desk };
  Handset(Setting& setting, PhoneConfig config, Kind kind);

  /// The first registration, and for a mobile then sleep.
  void begin(sip::Duration at, sip::Duration sleeps_after);
  /// The push has come: the app starts and comes in one of its ways.
  void woken(const std::string& call_id);
  /// Its user opens the app.
  void open_app();
  /// Says that it is still there, by the shortest way.
  void come();
  void unregister();
  void change_token();
  void lose_flow(bool seen);
  void fall_asleep();

  Kind kind() const { return kind_; }
  bool can_be_pushed() const { return !config().provider.empty(); }
  /// What it has told the server is its token now.
  const std::string& token() const { return config().prid; }
  /// It has done something that no server can make good.
  bool failed() const { return failed_; }
  bool comes() const { return !never_comes_; }

  void closed(LineId line) override;

 protected:
  void put(const sip::Message& message, LineId line, bool reached, bool skippable) override;

 private:
  void come_by_register();
  void register_now();
  void register_thrice(bool new_sockets);
  void register_two_contacts();
  void register_damaged();
  void go_on(sip::Duration delay, void (Handset::*what)());
  void expire_later();

  void invited(std::size_t server);
  void rings(std::size_t server);
  void decide(std::size_t server);
  void answer(std::size_t server);
  void refuse(std::size_t server, int status);
  bool is_open(std::size_t server);
  bool has_same_call(std::size_t server);
  void cancelled(const sip::Message& cancel);
  void texted(std::size_t server);

  Kind kind_;
  bool never_comes_{false};
  bool failed_{false};
  bool away_{false};  ///< un-registered
  bool registered_{false};
  int life_{0};  ///< how often the app has started
  sip::Duration started_at_{0};
  std::string old_contact_;
  std::uint32_t others_{0};                      ///< REGISTERs with other Call-IDs
  std::map<std::string, sip::Duration> pushed_;  ///< call screens by Call-ID
};

}  // namespace test::sim
