#include "sipstack/net/plain_channel.hpp"

namespace sip::net {
namespace {

namespace asio = boost::asio;

Progress outcome(const boost::system::error_code& error, std::size_t count,
                 Progress::State blocked) {
  if (!error) return {Progress::State::done, count};
  const bool later = error == asio::error::would_block || error == asio::error::try_again;
  return {later ? blocked : Progress::State::ended, count};
}

}  // namespace

Progress PlainChannel::read(std::span<char> into) {
  boost::system::error_code error;
  const auto count = socket_.read_some(asio::buffer(into.data(), into.size()), error);
  return outcome(error, count, Progress::State::wait_read);
}

Progress PlainChannel::write(std::span<const asio::const_buffer> pieces) {
  boost::system::error_code error;
  const auto count = socket_.write_some(pieces, error);
  return outcome(error, count, Progress::State::wait_write);
}

}  // namespace sip::net
