#include "web/server/gzip.hpp"

#include <gtest/gtest.h>

#include <boost/beast/zlib/inflate_stream.hpp>

namespace web::server {
namespace {

constexpr std::size_t head = 10;
constexpr std::size_t tail = 8;

std::string unzipped(const std::string& zipped, std::size_t size) {
  namespace zlib = boost::beast::zlib;
  std::string out(size + 1, '\0');
  zlib::inflate_stream stream;
  zlib::z_params step;
  step.next_in = zipped.data() + head;
  step.avail_in = zipped.size() - head - tail;
  step.next_out = out.data();
  step.avail_out = out.size();
  boost::beast::error_code ended;
  stream.write(step, zlib::Flush::sync, ended);
  out.resize(step.total_out);
  return out;
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;)
    number = number << 8U | static_cast<unsigned char>(bytes.at(at + i));
  return number;
}

TEST(Gzip, GivesBackWhatWentIn) {
  std::string list;
  for (int i = 0; i < 5'000; ++i) list += R"({"id":)" + std::to_string(i * i) + "}";
  for (const auto& text : {std::string{}, std::string{"x"}, list}) {
    const auto zipped = gzip(text);
    ASSERT_GE(zipped.size(), head + tail);
    EXPECT_EQ(unzipped(zipped, text.size()), text);
    EXPECT_EQ(number_at(zipped, zipped.size() - 4), text.size());
  }
  EXPECT_LT(gzip(list).size(), list.size() / 2);
}

TEST(Gzip, EndsWithTheChecksumOfRfc1952) {
  const auto zipped = gzip("123456789");
  EXPECT_EQ(zipped.substr(0, 3), "\x1f\x8b\x08");
  EXPECT_EQ(number_at(zipped, zipped.size() - tail), 0xCBF43926U);
}

}  // namespace
}  // namespace web::server
