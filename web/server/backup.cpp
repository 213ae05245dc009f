#include "web/server/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <functional>
#include <system_error>

#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/sqlite.hpp"
#include "web/api/json.hpp"

namespace web::server {
namespace {

namespace fs = std::filesystem;
using proxy::store::StoreError;

constexpr std::size_t most_backups = 32;

/// "sipwake-20260301-120000-042.db"
std::string name_of(proxy::record::WallTime now) {
  auto text = api::rfc3339(now);
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  std::replace(text.begin(), text.end(), 'T', '-');
  std::replace(text.begin(), text.end(), '.', '-');
  return "sipwake-" + text + ".db";
}

/// A private file that goes when it was not finished.
class Part {
 public:
  explicit Part(std::string path) : path_(std::move(path)) {
    const int file =
        ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) throw StoreError(path_ + ": " + std::generic_category().message(errno));
    ::close(file);
  }
  Part(Part&&) = delete;
  ~Part() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void flush(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!done) throw StoreError(path + ": " + std::generic_category().message(error));
}

std::size_t count_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

}  // namespace

std::optional<std::string> backup_path(const std::string& data_dir, std::string_view name) {
  constexpr std::string_view begin = "sipwake-";
  constexpr std::string_view end = ".db";
  if (name.size() <= begin.size() + end.size() || !name.starts_with(begin) || !name.ends_with(end))
    return std::nullopt;
  const auto middle = name.substr(begin.size(), name.size() - begin.size() - end.size());
  if (middle.find_first_not_of("0123456789-") != std::string_view::npos) return std::nullopt;
  auto path = data_dir + "/backups/" + std::string{name};
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  return path;
}

api::Backups backups_in(const std::string& data_dir) {
  api::Backups found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{data_dir + "/backups", error}) {
    const auto name = entry.path().filename().string();
    if (!backup_path(data_dir, name)) continue;
    const auto bytes = entry.file_size(error);
    const auto written = std::chrono::file_clock::to_sys(entry.last_write_time(error));
    if (!error)  // or it has gone in the meantime
      found.items.push_back({name, bytes, std::chrono::floor<std::chrono::milliseconds>(written)});
  }
  std::ranges::sort(found.items, std::greater{}, &api::Backups::One::name);
  return found;
}

api::Answer make_backup(const std::string& data_dir, proxy::record::WallTime now) {
  const auto folder = data_dir + "/backups";
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    throw StoreError(folder + ": " + std::generic_category().message(errno));
  if (count_in(folder) >= most_backups)
    return proxy::view::Refused{409, "", "there are 32 backups already; move some elsewhere"};
  const auto path = folder + '/' + name_of(now);
  const Part part{path + ".part"};
  // What is open for reading only may still write another file.
  const proxy::store::Connection source{proxy::store::database_path(data_dir),
                                        proxy::store::Access::read_only};
  proxy::store::Statement copy{source, "VACUUM INTO ?"};
  copy.bind(part.path());
  copy.run();
  flush(part.path());
  fs::rename(part.path(), path);
  return api::BackupMade{"backups/" + name_of(now), fs::file_size(path)};
}

}  // namespace web::server
