#pragma once
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::runtime {

// What a watcher hears: that there is something new to read, not what it is.

/// A contact was registered, refreshed or removed.
struct RegistrationNews {
  std::int64_t id{0};
  bool removed{false};
};
/// A log line of level warn or error, or what became of a ban.
struct TroubleNews {
  Level level{Level::warn};
  std::string_view event;  ///< a literal
};
struct News {
  sip::WallTime at{};
  std::variant<Stepped, RegistrationNews, TroubleNews> what;
};

/// Takes news on the engine's thread and tells them on the edge's, once they are in the store.
/// While nobody watches they are forgotten.
class NewsDesk {
 public:
  using Hear = std::function<void(std::vector<News>)>;

  explicit NewsDesk(boost::asio::io_context& edge) : edge_{edge} {}

  /// On the edge thread, or before it runs. An empty one ends the watch.
  void watch(Hear hear);
  bool is_watched() const { return watched_.load(std::memory_order_relaxed); }

  // The engine's thread.
  void add(const News& news) { fresh_.push_back(news); }
  /// What was added since the last time waits for the commit of `seq`.
  void settle(Seq seq);
  /// Everything up to `seq` is in the store, or lost.
  void committed(Seq seq);

 private:
  void tell(std::vector<News> news);

  boost::asio::io_context& edge_;
  Hear hear_;  ///< the edge's
  std::atomic<bool> watched_{false};
  std::vector<News> fresh_;
  std::vector<std::pair<Seq, std::vector<News>>> waiting_;
  Seq committed_{0};
  std::mutex mutex_;
  std::vector<News> told_;  ///< on its way to the edge
};

}  // namespace proxy::runtime
