#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include "app/demo/phone.hpp"
#include "app/demo/push_body.hpp"
#include "sipstack/base/ids.hpp"

namespace app::demo {

/// Where the phones live and time passes: a single thread, the one that directs the play, which
/// serves all sockets while it waits for something to come true.
class Stage {
 public:
  explicit Stage(std::stop_token stop);
  Stage(Stage&&) = delete;

  /// A phone that stays where it is until the stage goes, switched off or not.
  Phone& add(PhoneSettings settings);

  /// Serves the phones until `done` holds; false when `limit` has passed or the play was stopped.
  bool until(const std::function<bool()>& done, std::chrono::milliseconds limit);
  /// Lets time pass. False when the play was stopped.
  bool pass(std::chrono::milliseconds time);
  bool stopped() const { return stop_.stop_requested(); }

  /// Takes a push from any thread.
  void post(PushSeen push);
  /// The push for this device and call, or null.
  const PushSeen* push(std::string_view prid, std::string_view call_id) const;

 private:
  class SystemIds final : public sip::IdSource {
   public:
    std::uint64_t next() override;
  };

  std::stop_token stop_;
  SystemIds ids_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::unique_ptr<Phone>> phones_;
  std::vector<PushSeen> pushes_;
};

}  // namespace app::demo
