#include "web/server/gzip.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>

#include "sipstack/base/base64url.hpp"

namespace web::server {

std::string gzip(std::string_view text) {
  namespace zlib = boost::beast::zlib;
  constexpr int fast = 4;
  constexpr int window_bits = 15;
  constexpr int memory = 8;
  // Deflated, no name, no time, an unknown system (RFC 1952 section 2.3).
  std::string out{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};
  const auto head = out.size();
  zlib::deflate_stream stream;
  stream.reset(fast, window_bits, memory, zlib::Strategy::normal);
  out.resize(head + stream.upper_bound(text.size()));
  zlib::z_params step;
  step.next_in = text.data();
  step.avail_in = text.size();
  step.next_out = out.data() + head;
  step.avail_out = out.size() - head;
  boost::beast::error_code ended;
  stream.write(step, zlib::Flush::finish, ended);
  out.resize(head + step.total_out);
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  sip::put_number(out, crc.checksum(), 4);
  sip::put_number(out, text.size() & 0xFFFFFFFFU, 4);
  return out;
}

}  // namespace web::server
