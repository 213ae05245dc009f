#include "sipstack/net/socket_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <new>

namespace sip::net {
namespace {

SocketEnd& end_of(BIO* bio) { return *static_cast<SocketEnd*>(BIO_get_data(bio)); }

bool comes_later(ssize_t count) {
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int read_socket(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  auto& end = end_of(bio);
  const auto count = ::recv(end.descriptor, into, static_cast<std::size_t>(size), 0);
  if (comes_later(count)) BIO_set_retry_read(bio);
  if (count > 0 && !end.first_byte) end.first_byte = static_cast<std::uint8_t>(into[0]);
  return static_cast<int>(count);
}

int write_socket(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto count =
      ::send(end_of(bio).descriptor, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (comes_later(count)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* make_method() {
  auto* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
  if (method == nullptr) throw std::bad_alloc{};
  BIO_meth_set_read(method, read_socket);
  BIO_meth_set_write(method, write_socket);
  BIO_meth_set_ctrl(method, control);
  return method;
}

}  // namespace

BioPtr make_socket_bio(SocketEnd& end) {
  static BIO_METHOD* const method = make_method();
  BioPtr bio{BIO_new(method)};
  if (!bio) throw std::bad_alloc{};
  BIO_set_data(bio.get(), &end);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace sip::net
