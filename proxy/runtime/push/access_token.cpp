#include "proxy/runtime/push/access_token.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "proxy/core/push/fcm.hpp"
#include "proxy/runtime/push/clock_hint.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr Clock::duration patience = 5s;
constexpr Clock::duration ahead = 5min;
/// Taken off the end that the service said, for the way there.
constexpr Clock::duration slack = 10s;

sip::WallTime now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

AccessTokenSource::AccessTokenSource(asio::io_context& io, const FcmSettings& settings,
                                     std::shared_ptr<SSL_CTX> tls)
    : io_{io},
      signer_{settings.private_key, JwtSigner::Algorithm::rs256},
      email_{settings.client_email},
      key_id_{settings.private_key_id},
      token_uri_{settings.token_uri},
      tls_{std::move(tls)} {
  if (!settings.reach.proxy.empty()) proxy_ = parse_url(settings.reach.proxy);
}

const std::string* AccessTokenSource::current() {
  const auto at = Clock::now();
  if (token_.empty() || at >= ends_at_) return nullptr;
  if (at >= renew_at_) fetch([](const Result&) {});
  return &token_;
}

void AccessTokenSource::fetch(Waiter waiter) {
  if (stopped_) return;
  waiters_.push_back(std::move(waiter));
  if (std::exchange(asking_, true)) return;
  asio::co_spawn(io_, run(), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
}

void AccessTokenSource::stop() {
  stopped_ = true;
  waiters_.clear();
}

asio::awaitable<void> AccessTokenSource::run() {
  const Result result = co_await ask();
  asking_ = false;
  for (const auto& waiter : std::exchange(waiters_, {})) waiter(result);
}

asio::awaitable<AccessTokenSource::Result> AccessTokenSource::ask() {
  const auto target = parse_url(token_uri_);
  if (!target) co_return Result{Trouble::refused, "token_uri: " + url_problem(token_uri_)};
  const auto assertion =
      signer_.token(proxy::push::oauth_claims(email_, token_uri_, now()), key_id_);
  auto request = make_request(*target, {}, {});
  request.set(boost::beast::http::field::content_type, "application/x-www-form-urlencoded");
  // Every character of an assertion may stand in a form as it is.
  request.body() =
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion;
  request.prepare_payload();

  HttpConnection connection{io_, tls_.get()};
  const auto until = Clock::now() + patience;
  std::string problem = co_await connection.connect(*target, until, proxy_ ? &*proxy_ : nullptr);
  if (!problem.empty()) co_return Result{Trouble::unreachable, std::move(problem)};
  const auto exchange = co_await connection.ask(request, until);
  const int status = exchange.answer.status;
  if (status == 0) co_return Result{Trouble::unreachable, exchange.answer.reason};
  const auto reason = proxy::push::oauth_reason(status, exchange.body);
  if (status >= 500 || status == 429) co_return Result{Trouble::unreachable, reason};
  const auto token = proxy::push::read_access_token(exchange.body);
  if (status != 200 || !token)
    co_return Result{Trouble::refused, reason + clock_hint(exchange.date, now())};
  token_ = token->text;
  const Clock::duration life = std::max<Clock::duration>(token->lifetime - slack, 1s);
  ends_at_ = Clock::now() + life;
  renew_at_ = ends_at_ - std::min<Clock::duration>(ahead, life / 2);
  co_return Result{};
}

}  // namespace proxy::runtime::push
