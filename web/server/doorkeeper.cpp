#include "web/server/doorkeeper.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "sipstack/auth/digest.hpp"
#include "web/server/password.hpp"

namespace web::server {

using Clock = Logins::Clock;
using proxy::view::Refused;

void Doorkeeper::log_in(const api::Login& login, std::string hash, Backend::Done done) {
  if (hash.empty())
    return done(Refused{403, "", "there is no password yet; `sipwake admin password` makes one"});
  {
    const std::lock_guard lock{mutex_};
    const auto now = Clock::now();
    if (const auto wait = guard_.wait_of(login.from, now))
      return done(api::LoginRefused{wait->count()});
    // Counted before it is known, so that many at once are no way around it.
    guard_.tried(login.from, now);
  }
  boost::asio::post(worker_, [this, login, kept = std::move(hash), tell = std::move(done)] {
    tell(try_password(login, kept));
  });
}

api::Answer Doorkeeper::try_password(const api::Login& login, const std::string& hash) {
  if (!is_password(hash, login.password)) return api::LoginRefused{};
  const std::lock_guard lock{mutex_};
  guard_.succeeded(login.from);
  auto session = logins_.begin(Clock::now());
  constexpr auto lifetime = std::chrono::seconds{Logins::longest};
  return api::LoggedIn{std::move(session.secret), std::move(session.csrf), lifetime.count()};
}

void Doorkeeper::log_out(std::string_view secret) {
  const std::lock_guard lock{mutex_};
  logins_.end(secret);
}

std::optional<std::string> Doorkeeper::csrf_of(std::string_view secret) {
  const std::lock_guard lock{mutex_};
  return logins_.csrf_of(secret, Clock::now());
}

Admission Doorkeeper::admit(std::string_view secret, std::string_view csrf, bool change) {
  const auto wanted = csrf_of(secret);
  if (!wanted) return Admission::unknown;
  const bool good = !change || sip::auth::same_secret(*wanted, csrf);
  return good ? Admission::known : Admission::forged;
}

}  // namespace web::server
