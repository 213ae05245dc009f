#include "sipstack/transport/stun.hpp"

#include <gtest/gtest.h>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

std::string bytes(std::string_view hex) {
  std::string digits;
  for (const char c : hex)
    if (c != ' ') digits += c;
  return from_hex(digits).value_or(std::string{});
}

std::string hex(std::string_view text) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

const Endpoint v4_source = *Endpoint::parse("192.0.2.1:32853");
const Endpoint v6_source = *Endpoint::parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853");

/// RFC 5769 section 2.1, all of it.
const std::string sample_request = bytes(
    "00010058 2112a442 b7e7a701bc34d686fa87dfae"
    "80220010 5354554e207465737420636c69656e74"
    "00240004 6e0001ff"
    "80290008 932ff9b151263b36"
    "00060009 6576746a3a68367659202020"
    "00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004 e57a3bcf");

/// A request with the transaction of RFC 5769 and these attributes.
std::string request(std::string_view attributes = {}, std::string_view start = "0001") {
  const auto body = bytes(attributes);
  std::string out = bytes(start);
  out += static_cast<char>(body.size() >> 8);
  out += static_cast<char>(body.size() & 255);
  return out + bytes("2112a442 b7e7a701bc34d686fa87dfae") + body;
}

std::string with_fingerprint(std::string message) {
  message[3] = static_cast<char>(message[3] + 8);
  const auto sum = stun_fingerprint(message);
  message += bytes("80280004");
  for (const unsigned shift : {24U, 16U, 8U, 0U}) message += static_cast<char>(sum >> shift & 255);
  return message;
}

std::string answer(const std::string& datagram, const Endpoint& source = v4_source) {
  return hex(stun_answer(datagram, source).value_or("none"));
}

TEST(Stun, ComputesTheFingerprintsOfRfc5769) {
  EXPECT_EQ(stun_fingerprint(std::string_view{sample_request}.substr(0, sample_request.size() - 8)),
            0xe57a3bcfU);
  const auto response = bytes(
      "0101003c 2112a442 b7e7a701bc34d686fa87dfae"
      "8022000b 7465737420766563746f7220"
      "00200008 0001a147e112a643"
      "00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7");
  EXPECT_EQ(stun_fingerprint(response), 0xc07d4c96U);
}

TEST(Stun, SaysTheAddressAsRfc5769Does) {
  EXPECT_EQ(answer(request()),
            "0101000c2112a442b7e7a701bc34d686fa87dfae"
            "002000080001a147e112a643");
  EXPECT_EQ(answer(request(), v6_source),
            "010100182112a442b7e7a701bc34d686fa87dfae"
            "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9");
}

TEST(Stun, AnswersAFingerprintWithOne) {
  const auto text = *stun_answer(with_fingerprint(request()), v4_source);
  const auto covered = text.substr(0, text.size() - 8);
  EXPECT_EQ(hex(text), hex(with_fingerprint(bytes("0101000c2112a442b7e7a701bc34d686fa87dfae"
                                                  "002000080001a147e112a643"))));
  EXPECT_EQ(covered.size() + 8, 40U);
}

TEST(Stun, NamesWhatItIsAskedToKnowAndDoesNot) {
  // The request of RFC 5769 is one of ICE: PRIORITY (0x0024) must be known.
  const auto text = stun_answer(sample_request, v4_source).value_or("none");
  EXPECT_EQ(hex(text.substr(0, text.size() - 8)),
            "011100202112a442b7e7a701bc34d686fa87dfae"
            "0009000b00000414556e6b6e6f776e00"
            "000a000200240000");
}

TEST(Stun, DoesNotMindCredentialsAndWhatIsOptional) {
  EXPECT_EQ(answer(request("00060003 616263ff 80220004 61626364 00080004 00000000")).substr(0, 4),
            "0101");
}

TEST(Stun, RefusesWhatIsNoBindingRequest) {
  for (const auto* start : {"0101", "0111", "0011", "0003", "4001", "8001", "c001"})
    EXPECT_FALSE(stun_answer(request({}, start), v4_source)) << start;
  auto old = request();
  old[4] = 0;  // RFC 3489 has no cookie there
  EXPECT_FALSE(stun_answer(old, v4_source));
}

TEST(Stun, RefusesLengthsThatDoNotFit) {
  EXPECT_FALSE(stun_answer(request() + "more", v4_source));
  EXPECT_FALSE(stun_answer(request("80220004"), v4_source)) << "its value is missing";
  EXPECT_FALSE(stun_answer(request("8022ffff 61626364"), v4_source));
  EXPECT_FALSE(stun_answer(request("8022 0000 61"), v4_source)) << "not in words of four bytes";
  for (std::size_t size = 0; size < sample_request.size(); ++size)
    EXPECT_FALSE(stun_answer(std::string_view{sample_request}.substr(0, size), v4_source)) << size;
}

TEST(Stun, RefusesAFingerprintThatIsWrongOrNotTheLast) {
  auto wrong = sample_request;
  wrong.back() = static_cast<char>(wrong.back() ^ 1);
  EXPECT_FALSE(stun_answer(wrong, v4_source));
  auto inside = with_fingerprint(request()) + bytes("80220000");
  inside[3] = static_cast<char>(inside[3] + 4);
  EXPECT_FALSE(stun_answer(inside, v4_source));
}

TEST(Stun, NeverAnswersMoreThanThreeTimesTheRequest) {
  std::string unknown;
  for (int count = 0; count <= 40; ++count) {
    for (const auto& text : {request(unknown), with_fingerprint(request(unknown))})
      for (const auto& source : {v4_source, v6_source}) {
        const auto out = stun_answer(text, source);
        ASSERT_TRUE(out);
        EXPECT_LE(out->size(), 3 * text.size()) << count;
      }
    unknown += "7fff0000";
  }
}

TEST(Stun, IsTakenForNoSipMessage) {
  EXPECT_TRUE(is_stun(request()));
  EXPECT_FALSE(is_stun("OPTIONS sip:127.0.0.1 SIP/2.0\r\n"));
  EXPECT_FALSE(is_stun(std::string(40, '\0')));
  EXPECT_FALSE(is_stun("\r\n\r\n"));
}

}  // namespace
}  // namespace sip
