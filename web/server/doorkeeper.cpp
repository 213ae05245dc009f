#include "web/server/doorkeeper.hpp"

#include <boost/asio/post.hpp>
#include <stdexcept>
#include <utility>

#include "sipstack/auth/digest.hpp"
#include "web/server/password.hpp"

namespace web::server {

using Clock = Logins::Clock;
using proxy::view::Refused;

std::optional<api::Answer> Doorkeeper::stopped(const std::string& from, const std::string& hash) {
  if (hash.empty())
    return Refused{403, "", "there is no password yet; `sipwake admin password` makes one"};
  const std::lock_guard lock{mutex_};
  const auto now = Clock::now();
  if (const auto wait = guard_.wait_of(from, now)) return api::LoginRefused{wait->count()};
  // Counted before it is known, so that many at once are no way around it.
  guard_.tried(from, now);
  return std::nullopt;
}

void Doorkeeper::log_in(const api::Login& login, std::string hash, Backend::Done done) {
  if (auto why = stopped(login.from, hash)) return done(*std::move(why));
  boost::asio::post(worker_, [this, login, kept = std::move(hash), tell = std::move(done)] {
    tell(try_password(login, kept));
  });
}

void Doorkeeper::change_password(const api::ChangePassword& change, std::string hash,
                                 std::function<void(std::string)> store, Backend::Done done) {
  if (auto why = stopped(change.from, hash)) return done(*std::move(why));
  boost::asio::post(worker_, [this, change, kept = std::move(hash), keep = std::move(store),
                              tell = std::move(done)] {
    if (!is_password(kept, change.password)) return tell(api::LoginRefused{});
    {
      const std::lock_guard lock{mutex_};
      guard_.succeeded(change.from);
    }
    std::string made;
    try {
      made = hash_password(change.new_password);
    } catch (const std::runtime_error&) {
      return tell(Refused{503, "", "the password could not be hashed now"});
    }
    keep(std::move(made));
  });
}

void Doorkeeper::end_others(std::string_view secret) {
  const std::lock_guard lock{mutex_};
  logins_.end_others(secret);
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
