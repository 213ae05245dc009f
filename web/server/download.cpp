#include "web/server/download.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace web::server {
namespace {

namespace asio = boost::asio;

constexpr std::size_t piece = 65'536;
constexpr int none = -1;

}  // namespace

std::optional<OpenFile> OpenFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return std::nullopt;
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(descriptor);
    return std::nullopt;
  }
  return OpenFile{descriptor, static_cast<std::uint64_t>(facts.st_size)};
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, none)}, size_{other.size_}, at_{other.at_} {}

OpenFile::~OpenFile() {
  if (descriptor_ != none) ::close(descriptor_);
}

std::string OpenFile::read(std::size_t most) {
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - at_)), '\0');
  const auto count = ::read(descriptor_, bytes.data(), bytes.size());
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  at_ += bytes.size();
  return bytes;
}

asio::awaitable<bool> send_file(Wire& wire, std::string head, OpenFile file,
                                std::chrono::milliseconds patience) {
  for (std::string bytes = std::move(head); !bytes.empty(); bytes = file.read(piece)) {
    wire.tcp().expires_after(patience);
    const boost::system::error_code error = co_await wire.write(asio::buffer(bytes));
    if (error) co_return false;
  }
  co_return file.is_done();
}

}  // namespace web::server
