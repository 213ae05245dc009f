#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "web/server/wire.hpp"

namespace web::server {

/// A file that is sent piece by piece, so that it need not fit into memory.
class OpenFile {
 public:
  /// Nothing when it cannot be read.
  static std::optional<OpenFile> open(const std::string& path);
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  std::uint64_t size() const { return size_; }
  bool is_done() const { return at_ == size_; }
  /// The next bytes, at most so many; empty at the end, also when the file has become shorter.
  std::string read(std::size_t most);

 private:
  OpenFile(int descriptor, std::uint64_t size) : descriptor_{descriptor}, size_{size} {}

  int descriptor_;
  std::uint64_t size_;
  std::uint64_t at_{0};
};

/// Sends `head` and then the file. False when the client goes, takes no piece within `patience`, or
/// the file ended too soon: then nothing may follow on this connection.
boost::asio::awaitable<bool> send_file(Wire& wire, std::string head, OpenFile file,
                                       std::chrono::milliseconds patience);

}  // namespace web::server
