#include "proxy/runtime/store/data_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <limits>
#include <system_error>
#include <utility>

#include "proxy/runtime/store/sqlite.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::store {
namespace {

std::string lock_path(const std::string& data_dir) { return data_dir + "/sipwake.lock"; }

[[noreturn]] void fail(const std::string& path, std::string_view doing) {
  throw StoreError(path + ": " + std::string(doing) + ": " +
                   std::generic_category().message(errno));
}

/// "process 4711", as far as the lock file says.
std::string holder(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const bool number = sip::parse_number(line, std::numeric_limits<pid_t>::max()).has_value();
  return number ? "process " + line : "another process";
}

void write_pid(int descriptor, const std::string& path) {
  const auto text = std::to_string(::getpid()) + "\n";
  const bool written =
      ::ftruncate(descriptor, 0) == 0 &&
      ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (!written) fail(path, "cannot write");
}

}  // namespace

void make_data_dir(const std::string& data_dir) {
  if (::mkdir(data_dir.c_str(), S_IRWXU) == 0) return;
  if (errno != EEXIST) fail(data_dir, "cannot make the data folder");
  struct stat found {};
  if (::stat(data_dir.c_str(), &found) != 0) fail(data_dir, "cannot look at the data folder");
  if (!S_ISDIR(found.st_mode)) throw StoreError(data_dir + ": not a folder");
}

bool give_to_owner(int descriptor, const std::string& data_dir) {
  struct stat folder {};
  struct stat file {};
  if (::geteuid() != 0 || ::stat(data_dir.c_str(), &folder) != 0 ||
      ::fstat(descriptor, &file) != 0 || file.st_uid == folder.st_uid)
    return true;
  return ::fchown(descriptor, folder.st_uid, folder.st_gid) == 0;
}

std::string database_path(const std::string& data_dir) { return data_dir + "/sipwake.db"; }

DataLock DataLock::take(const std::string& data_dir) {
  if (auto lock = try_take(data_dir)) return *std::move(lock);
  throw StoreError(data_dir + ": in use by " + holder(lock_path(data_dir)));
}

std::optional<DataLock> DataLock::try_take(const std::string& data_dir) {
  make_data_dir(data_dir);
  const auto path = lock_path(data_dir);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) fail(path, "cannot open");
  DataLock lock(descriptor);
  if (!give_to_owner(descriptor, data_dir)) fail(path, "cannot be given to the folder's owner");
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    fail(path, "cannot lock");
  }
  write_pid(descriptor, path);
  return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DataLock::~DataLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace proxy::store
