#pragma once
#include <array>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/core/settings/settings.hpp"
#include "proxy/runtime/push/gateway.hpp"
#include "proxy/runtime/push/health_book.hpp"

namespace proxy::runtime::push {

/// All push services that are configured: each push goes to its own.
class Gateways {
 public:
  struct Told {
    Gateway::Done done;
    HealthBook::Changed health;  ///< a service has become better or worse
  };

  /// Reads keys and certificates. Throws std::runtime_error, one line that names what is wrong.
  Gateways(boost::asio::io_context& io, const Settings& settings, const Told& told);

  // On the thread of the io_context.
  void start();
  void push(Push push);
  void drop(PushId id);
  void stop();
  std::vector<view::Provider> health() const;

 private:
  static constexpr std::size_t services = 4;
  std::unique_ptr<Gateway>& of(proxy::push::Service service) {
    return gateways_.at(static_cast<std::size_t>(service));
  }

  Gateway::Done done_;
  std::array<std::unique_ptr<Gateway>, services> gateways_;  ///< by Service; null: not configured
};

/// What is wrong with the keys and certificates of the push services, one line each; empty:
/// nothing.
std::vector<std::string> problems(const Settings& settings);

}  // namespace proxy::runtime::push
