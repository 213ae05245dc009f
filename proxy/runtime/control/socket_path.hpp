#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include <string>
#include <system_error>

namespace proxy::runtime::control {

/// The address of DATA_DIR/control.sock. A path that is too long for a Unix address (107 bytes) is
/// named through an open descriptor of the folder, so keep this object until bind or connect is
/// done.
class SocketPath {
 public:
  /// Throws std::system_error when the folder cannot be opened.
  explicit SocketPath(const std::string& data_dir);
  ~SocketPath();
  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;

  /// Short enough for sockaddr_un.
  const std::string& text() const { return text_; }
  sockaddr_un address() const;

 private:
  int folder_{-1};
  std::string text_;
};

}  // namespace proxy::runtime::control
