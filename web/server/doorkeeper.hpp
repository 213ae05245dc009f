#pragma once
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "web/api/answer.hpp"
#include "web/api/task.hpp"
#include "web/server/backend.hpp"
#include "web/server/logins.hpp"

namespace web::server {

/// Lets people in at the page. scrypt is slow on purpose and has a thread of its own. From any
/// thread.
class Doorkeeper {
 public:
  /// `hash`: of the password, as stored; empty: there is none yet. `done` comes from any thread.
  void log_in(const api::Login& login, std::string hash, Backend::Done done);
  /// `store` is given the hash of the new password once the one so far was right.
  void change_password(const api::ChangePassword& change, std::string hash,
                       std::function<void(std::string)> store, Backend::Done done);
  /// Ends all sessions but this one.
  void end_others(std::string_view secret);
  void log_out(std::string_view secret);
  std::optional<std::string> csrf_of(std::string_view secret);
  Admission admit(std::string_view secret, std::string_view csrf, bool change);

 private:
  /// What stands against looking at a password now; it counts as tried when nothing does.
  std::optional<api::Answer> stopped(const std::string& from, const std::string& hash);
  api::Answer try_password(const api::Login& login, const std::string& hash);

  std::mutex mutex_;
  Logins logins_;
  LoginGuard guard_;
  boost::asio::thread_pool worker_{1};  ///< last, so that it ends before what it uses
};

}  // namespace web::server
