#include "proxy/runtime/push/lookup.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <memory>

#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::beast::error;
using boost::system::error_code;

/// What a resolver found; shared with its handler, which may come after the waiting was given up.
struct Lookup {
  explicit Lookup(asio::io_context& io, Clock::time_point until)
      : resolver{io}, patience{io, until} {}
  tcp::resolver resolver;
  asio::steady_timer patience;
  bool done{false};
  error_code error;
  Endpoints endpoints;
};

}  // namespace

std::string error_text(const error_code& code) {
  const bool late = code == error::timeout || code == asio::error::timed_out;
  return late ? "timeout" : sip::to_lower(code.message());
}

/// A lookup cannot be cancelled while the system's resolver blocks, so its end is raced by a timer.
asio::awaitable<error_code> look_up(asio::io_context& io, const Target& target,
                                    Clock::time_point until, Endpoints& found) {
  error_code failed;
  const auto literal = asio::ip::make_address(target.host, failed);
  if (!failed) {
    found = {tcp::endpoint{literal, target.port}};
    co_return error_code{};
  }
  const auto lookup = std::make_shared<Lookup>(io, until);
  lookup->resolver.async_resolve(
      target.host, std::to_string(target.port),
      [lookup](const error_code& result, const tcp::resolver::results_type& results) {
        lookup->done = true;
        lookup->error = result;
        for (const auto& entry : results) lookup->endpoints.push_back(entry.endpoint());
        lookup->patience.cancel();
      });
  co_await lookup->patience.async_wait(asio::redirect_error(asio::use_awaitable, failed));
  if (!lookup->done) co_return error::timeout;
  found = lookup->endpoints;
  co_return lookup->error;
}

}  // namespace proxy::runtime::push
