#pragma once
#include <functional>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "proxy/core/view/provider.hpp"

namespace proxy::runtime::push {

/// Hands pushes to one service. Lives on the thread of its io_context; destroy it only after that
/// has run for the last time.
class Gateway {
 public:
  using Done = std::function<void(PushDone)>;

  Gateway() = default;
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  virtual ~Gateway() = default;

  /// Connects ahead of the first push, where that helps.
  virtual void start() {}
  /// Ends in exactly one PushDone, maybe before this returns. A second push of the same id is
  /// ignored while the first is open.
  virtual void push(Push push) = 0;
  /// The call is over: not asked again, and not asked at all unless the request is already on its
  /// way; then its answer still counts.
  virtual void drop(PushId id) = 0;
  /// All open pushes fail with "shutting down".
  virtual void stop() = 0;
  /// One entry for each key or project.
  virtual std::vector<view::Provider> health() const = 0;
};

}  // namespace proxy::runtime::push
