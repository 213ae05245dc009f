#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "app/demo/webhook_receiver.hpp"
#include "bench/load/wire.hpp"

namespace bench {

/// The push service of the phones: answers 200 on a thread of its own, and tells the run's thread.
class Pushes {
 public:
  using Handler = std::function<void(const app::demo::PushSeen&)>;
  /// Port 0: the system chooses.
  explicit Pushes(std::uint16_t port);
  ~Pushes();
  Pushes(Pushes&&) = delete;

  const std::string& url() const { return receiver_.url(); }
  /// Calls `handler` on the thread that polls the wire, which must live on while pushes come.
  void deliver_by(Wire& wire, Handler handler);

 private:
  void take();

  int event_;  ///< eventfd, readable while something waits
  std::mutex mutex_;
  std::vector<app::demo::PushSeen> waiting_;
  Handler handler_;
  app::demo::WebhookReceiver receiver_;
};

}  // namespace bench
