#pragma once
#include <string>

#include "tests/sim/caller.hpp"

namespace test::sim {

/// A target of the trunk: what answers there, or does not.
class Gateway : public Caller {
 public:
  Gateway(Setting& setting, PhoneConfig config, bool challenges)
      : Caller{setting, std::move(config)}, challenges_{challenges} {}

  /// It hears nothing for a while.
  void fail_at(sip::Duration at, sip::Duration until);

 protected:
  void put(const sip::Message& message, LineId line, bool reached, bool skippable) override;

 private:
  void invited(std::size_t server);
  bool challenge(std::size_t server);
  void rings(std::size_t server);
  void answer(std::size_t server);
  void say(std::size_t server, int status);
  void say_after(sip::Duration delay, std::size_t server, int status);

  bool challenges_;
};

}  // namespace test::sim
