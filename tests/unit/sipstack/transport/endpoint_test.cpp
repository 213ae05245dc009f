#include "sipstack/transport/endpoint.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

using namespace std::string_view_literals;

Address address(std::string_view text) { return Address::parse(text).value(); }
AddressBlock block(std::string_view text) { return AddressBlock::parse(text).value(); }

TEST(AddressTest, KeepsIpv4MappedAndPrintsItDotted) {
  const auto v4 = address("192.0.2.1");
  EXPECT_TRUE(v4.is_v4());
  EXPECT_EQ(v4, Address::v4(0xC0000201));
  EXPECT_EQ(v4, address("::ffff:192.0.2.1"));
  EXPECT_EQ(v4.to_string(), "192.0.2.1");
}

TEST(AddressTest, ReadsIpv6WithAndWithoutBracketsAndPrintsItShort) {
  const auto v6 = address("2001:0db8:0:0::1");
  EXPECT_FALSE(v6.is_v4());
  EXPECT_EQ(v6, address("[2001:db8::1]"));
  EXPECT_EQ(v6.to_string(), "2001:db8::1");
  EXPECT_EQ(host_text(v6), "[2001:db8::1]");
  EXPECT_EQ(host_text(address("192.0.2.1")), "192.0.2.1");
}

TEST(AddressTest, RefusesWhatIsNoAddress) {
  for (const auto text :
       {""sv, "[]"sv, "192.0.2"sv, "192.0.2.256"sv, "192.0.2.1 "sv, "192.0.2.1.1"sv,
        "[192.0.2.1]"sv, "fe80::1%eth0"sv, "2001:db8:::1"sv, "[2001:db8::1"sv, "example.com"sv,
        "12345::"sv, "192.0.2.1\0x"sv, "::1\0"sv, "[[::1]]"sv})
    EXPECT_FALSE(Address::parse(text)) << text;
  EXPECT_FALSE(Address::parse(std::string(5000, '1')));
}

TEST(AddressTest, KnowsLoopbackAndUnspecifiedOfBothFamilies) {
  EXPECT_TRUE(address("127.1.2.3").is_loopback());
  EXPECT_TRUE(address("::1").is_loopback());
  EXPECT_FALSE(address("128.0.0.1").is_loopback());
  EXPECT_FALSE(address("::2").is_loopback());
  EXPECT_TRUE(address("0.0.0.0").is_unspecified());
  EXPECT_TRUE(address("::").is_unspecified());
  EXPECT_FALSE(address("0.0.0.1").is_unspecified());
}

TEST(EndpointTest, ParsesWhatItPrints) {
  for (const auto text : {"192.0.2.1:5060"sv, "[2001:db8::1]:65535"sv, "[::]:0"sv, "0.0.0.0:1"sv}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->to_string(), text);
  }
}

TEST(EndpointTest, NeedsAPortInRangeAndBracketsAroundIpv6) {
  for (const auto text :
       {"192.0.2.1"sv, "192.0.2.1:"sv, "192.0.2.1:65536"sv, "192.0.2.1:-1"sv, "2001:db8::1:5060"sv,
        "[2001:db8::1]"sv, "[::1]:50 60"sv, ":5060"sv, ""sv, "192.0.2.1:4294972356"sv})
    EXPECT_FALSE(Endpoint::parse(text)) << text;
}

TEST(AddressBlockTest, CountsAnIpv4PrefixBehindTheMappedOnes) {
  EXPECT_EQ(block("10.0.0.0/8").prefix, 104U);
  EXPECT_EQ(block("10.0.0.0/8"), block("::ffff:10.0.0.0/104"));
  EXPECT_EQ(block("192.0.2.7").prefix, 128U);
}

TEST(AddressBlockTest, ContainsExactlyItsAddresses) {
  EXPECT_TRUE(block("192.0.2.128/25").contains(address("192.0.2.128")));
  EXPECT_TRUE(block("192.0.2.128/25").contains(address("192.0.2.255")));
  EXPECT_FALSE(block("192.0.2.128/25").contains(address("192.0.2.127")));
  EXPECT_TRUE(block("192.0.2.7").contains(address("192.0.2.7")));
  EXPECT_FALSE(block("192.0.2.7").contains(address("192.0.2.6")));
  EXPECT_TRUE(block("2001:db8::/35").contains(address("2001:db8:1fff::1")));
  EXPECT_FALSE(block("2001:db8::/35").contains(address("2001:db8:2000::1")));
  EXPECT_TRUE(block("0.0.0.0/0").contains(address("255.1.2.3")));
  EXPECT_FALSE(block("0.0.0.0/0").contains(address("2001:db8::1")));
  EXPECT_TRUE(block("::/0").contains(address("192.0.2.1")));
}

TEST(AddressBlockTest, ForgetsTheBitsBehindThePrefix) {
  EXPECT_EQ(block("127.0.0.1/8"), block("127.255.0.9/8"));
  EXPECT_TRUE(block("127.0.0.1/8").contains(address("127.9.9.9")));
}

TEST(AddressBlockTest, RefusesAPrefixThatIsTooLongOrNoNumber) {
  for (const auto text : {"10.0.0.0/33"sv, "2001:db8::/129"sv, "10.0.0.0/"sv, "10.0.0.0/x"sv,
                          "10.0.0.0/8/8"sv, "/8"sv, "10.0.0.0/-1"sv, "10.0.0.0/4294967304"sv})
    EXPECT_FALSE(AddressBlock::parse(text)) << text;
}

}  // namespace
}  // namespace sip
