#include "proxy/runtime/control/socket_path.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace proxy::runtime::control {
namespace {

constexpr const char* socket_name = "/control.sock";

}  // namespace

SocketPath::SocketPath(const std::string& data_dir) : text_{data_dir + socket_name} {
  if (text_.size() < sizeof(sockaddr_un::sun_path)) return;
  folder_ = ::open(data_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) throw std::system_error{errno, std::generic_category(), data_dir};
  text_ = "/proc/self/fd/" + std::to_string(folder_) + socket_name;
}

SocketPath::~SocketPath() {
  if (folder_ >= 0) ::close(folder_);
}

sockaddr_un SocketPath::address() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, text_.c_str(), text_.size() + 1);
  return address;
}

}  // namespace proxy::runtime::control
