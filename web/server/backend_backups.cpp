#include <unistd.h>

#include <boost/asio/post.hpp>
#include <chrono>

#include "web/server/backup.hpp"
#include "web/server/engine_backend.hpp"

namespace web::server {

using proxy::view::Refused;

void EngineBackend::run(const api::ReadBackup& task, const Done& done) {
  auto path = backup_path(data_dir_, task.name);
  if (!path) return done(Refused{404, "", "there is no such backup"});
  done(api::Download{*std::move(path), task.name});
}

void EngineBackend::run(const api::ListBackups&, const Done& done) { done(backups_in(data_dir_)); }

void EngineBackend::run(const api::RemoveBackup& task, const Done& done) {
  const auto path = backup_path(data_dir_, task.name);
  if (!path || ::unlink(path->c_str()) != 0)
    return done(Refused{404, "", "there is no such backup"});
  done(api::Removed{});
}

void EngineBackend::back_up(const api::Caller& caller, const Done& done) {
  if (backing_up_.exchange(true)) return done(Refused{409, "", "another backup is under way"});
  // The pool belongs to this object, so that it ends before this does.
  boost::asio::post(worker_, [this, caller, done] {
    api::Answer answer = Refused{500, "", "the backup could not be written; see the log"};
    try {
      answer = make_backup(data_dir_, std::chrono::floor<std::chrono::milliseconds>(
                                          std::chrono::system_clock::now()));
    } catch (const std::exception& error) {
      log_->error("http.backup_failed", {{"error", error.what()}});
    }
    if (const auto* made = std::get_if<api::BackupMade>(&answer))
      note(caller, "backup", made->file);
    backing_up_ = false;
    done(std::move(answer));
  });
}

}  // namespace web::server
