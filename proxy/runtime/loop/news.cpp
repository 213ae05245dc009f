#include "proxy/runtime/loop/news.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>

namespace proxy::runtime {
namespace {

/// More than this is not worth the memory: a watcher that missed something reads everything again.
constexpr std::size_t most_waiting = 10'000;

void append(std::vector<News>& to, std::vector<News> news) {
  if (to.size() >= most_waiting) return;
  to.insert(to.end(), std::move_iterator{news.begin()}, std::move_iterator{news.end()});
}

}  // namespace

void NewsDesk::watch(Hear hear) {
  hear_ = std::move(hear);
  watched_ = static_cast<bool>(hear_);
}

void NewsDesk::settle(Seq seq) {
  if (fresh_.empty()) return;
  auto news = std::exchange(fresh_, {});
  if (seq <= committed_) {
    tell(std::move(news));
  } else if (!waiting_.empty() && waiting_.back().first == seq) {
    append(waiting_.back().second, std::move(news));
  } else {
    waiting_.emplace_back(seq, std::move(news));
  }
}

void NewsDesk::committed(Seq seq) {
  committed_ = std::max(committed_, seq);
  auto at = waiting_.begin();
  for (; at != waiting_.end() && at->first <= committed_; ++at) tell(std::move(at->second));
  waiting_.erase(waiting_.begin(), at);
}

void NewsDesk::tell(std::vector<News> news) {
  const std::lock_guard lock{mutex_};
  const bool under_way = !told_.empty();
  append(told_, std::move(news));
  if (under_way) return;
  boost::asio::post(edge_, [this] {
    std::vector<News> taken;
    {
      const std::lock_guard taking{mutex_};
      taken = std::exchange(told_, {});
    }
    // A copy, because what hears may end the watch.
    const auto hear = hear_;
    if (hear) hear(std::move(taken));
  });
}

}  // namespace proxy::runtime
