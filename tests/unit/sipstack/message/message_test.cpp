#include "sipstack/message/message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sip {
namespace {

std::string request(std::string_view headers, std::string_view body = {}) {
  return "OPTIONS sip:bob@example.com SIP/2.0\r\n" + std::string{headers} + "\r\n" +
         std::string{body};
}

Message parsed(const std::string& wire) {
  auto message = Message::parse(wire);
  if (!message)
    ADD_FAILURE() << to_string(message.error().code) << " at " << message.error().offset;
  return message ? std::move(*message) : Message{};
}

ParseErrc error_of(const std::string& wire, const Limits& limits = {}) {
  const auto message = Message::parse(wire, limits);
  return message ? ParseErrc::none : message.error().code;
}

ParseErrc fault_of(const std::string& wire, const Limits& limits = {}) {
  const auto message = Message::parse(wire, limits);
  if (!message) {
    ADD_FAILURE() << "not readable: " << to_string(message.error().code);
    return ParseErrc::none;
  }
  return message->fault() ? message->fault()->code : ParseErrc::none;
}

std::string body_of(const std::string& wire) {
  const auto message = parsed(wire);
  return std::string{message.body()};
}

TEST(MessageTest, ReadsARequestLine) {
  const auto m = parsed("REGISTER sip:example.com SIP/2.0\r\n\r\n");
  EXPECT_TRUE(m.is_request());
  EXPECT_EQ(m.method(), Method::register_);
  EXPECT_EQ(m.method_text(), "REGISTER");
  EXPECT_EQ(m.request_uri(), "sip:example.com");
  EXPECT_EQ(m.version(), "SIP/2.0");
  EXPECT_EQ(m.status(), 0);
  EXPECT_FALSE(m.fault());
}

TEST(MessageTest, ReadsAStatusLine) {
  const auto m = parsed("SIP/2.0 480 Temporarily Unavailable\r\n\r\n");
  EXPECT_FALSE(m.is_request());
  EXPECT_EQ(m.status(), 480);
  EXPECT_EQ(m.reason(), "Temporarily Unavailable");
}

TEST(MessageTest, ReadsAStatusLineWithoutAReason) {
  const auto m = parsed("SIP/2.0 100 \r\n\r\n");
  EXPECT_EQ(m.status(), 100);
  EXPECT_EQ(m.reason(), "");
  EXPECT_EQ(parsed("SIP/2.0 100\r\n\r\n").status(), 100);
}

TEST(MessageTest, ComparesMethodsWithCaseAndTheVersionWithout) {
  const auto m = parsed("invite sip:a@example.com sip/2.0\r\n\r\n");
  EXPECT_EQ(m.method(), Method::other);
  EXPECT_EQ(m.method_text(), "invite");
  EXPECT_FALSE(m.fault());
}

TEST(MessageTest, RefusesAStartLineThatIsNone) {
  for (const auto* line :
       {"OPTIONS", "OPTIONS sip:a@b", "OPTIONS SIP/2.0", " OPTIONS sip:a SIP/2.0",
        "OPT(IONS sip:a SIP/2.0", "OPTIONS sip:a HTTP/1.1", "SIP/2.0 99 Low", "SIP/2.0 700 High",
        "SIP/2.0 2000 Long", "SIP/2.0 20 Short", "SIP/2.0 4294967301 better not break the receiver",
        "SIP/2.0 +20 x"})
    EXPECT_EQ(error_of(std::string{line} + "\r\n\r\n"), ParseErrc::bad_start_line) << line;
  EXPECT_EQ(error_of("SIP/3.0 200 OK\r\n\r\n"), ParseErrc::bad_version);
}

TEST(MessageTest, FindsFaultWithBlanksTooManyInTheRequestLine) {
  EXPECT_EQ(fault_of("INVITE  sip:a@b  SIP/2.0\r\n\r\n"), ParseErrc::bad_start_line);
  EXPECT_EQ(fault_of("INVITE sip:a@b; lr SIP/2.0\r\n\r\n"), ParseErrc::bad_start_line);
  EXPECT_EQ(fault_of("INVITE sip:a@b SIP/2.0  \r\n\r\n"), ParseErrc::bad_start_line);
  EXPECT_EQ(fault_of("INVITE sip:a@b SIP/7.0\r\n\r\n"), ParseErrc::bad_version);
}

TEST(MessageTest, KeepsTheNamesAndValuesOfHeadersInOrder) {
  const auto m = parsed(request("to: <sip:b>\r\nX-Odd :  1 2 \t\r\nSubject:\r\n"));
  ASSERT_EQ(m.headers().size(), 3U);
  EXPECT_EQ(m.headers()[0].name, HeaderName::to);
  EXPECT_EQ(m.name(m.headers()[0]), "to");
  EXPECT_EQ(m.name(m.headers()[1]), "X-Odd");
  EXPECT_EQ(m.value(m.headers()[1]), "1 2");
  EXPECT_EQ(m.value(HeaderName::subject), "");
  EXPECT_TRUE(m.has(HeaderName::subject));
  EXPECT_FALSE(m.has(HeaderName::from));
  EXPECT_EQ(m.value("x-oDD"), "1 2");
  EXPECT_EQ(m.value("X-None"), "");
}

TEST(MessageTest, KnowsCompactForms) {
  const auto m = parsed(request("i: 1\r\nF: <sip:a>\r\nv: x\r\nL: 0\r\n"));
  EXPECT_EQ(m.value(HeaderName::call_id), "1");
  EXPECT_EQ(m.value(HeaderName::from), "<sip:a>");
  EXPECT_EQ(m.value(HeaderName::via), "x");
  EXPECT_TRUE(m.has(HeaderName::content_length));
}

TEST(MessageTest, JoinsFoldedLines) {
  const auto m = parsed(request("Subject: one\r\n two\r\n\t \r\n  three\r\nTo:\r\n <sip:b>\r\n"));
  EXPECT_EQ(m.value(HeaderName::subject), "one   two  \t     three");
  EXPECT_EQ(m.value(HeaderName::to), "<sip:b>");
  EXPECT_FALSE(m.fault());
}

TEST(MessageTest, DoesNotTakeABodyForAFoldedLine) {
  const auto m = parsed(request("Subject: x\r\n", " body"));
  EXPECT_EQ(m.value(HeaderName::subject), "x");
  EXPECT_EQ(m.body(), " body");
}

TEST(MessageTest, FindsTheFirstOfRepeatedHeadersAndCountsThem) {
  const auto m = parsed(request("Via: a\r\nRoute: r\r\nv: b\r\nVIA: c\r\n"));
  EXPECT_EQ(m.value(HeaderName::via), "a");
  EXPECT_EQ(m.count(HeaderName::via), 3U);
  EXPECT_EQ(m.count(HeaderName::route), 1U);
  EXPECT_EQ(m.count(HeaderName::contact), 0U);
}

TEST(MessageTest, FindsFaultWithALineThatIsNoHeader) {
  EXPECT_EQ(fault_of(request("Foobar roobar\r\n")), ParseErrc::bad_header);
  EXPECT_EQ(fault_of(request(": value\r\n")), ParseErrc::bad_header);
  EXPECT_EQ(fault_of(request("X Y: value\r\n")), ParseErrc::bad_header);
  EXPECT_EQ(fault_of(request(" folded: first\r\n")), ParseErrc::bad_header);
  EXPECT_EQ(fault_of(request("X\xC3\xA4: value\r\n")), ParseErrc::bad_header);
}

TEST(MessageTest, TellsTheFirstFaultAndStaysReadable) {
  const auto m = parsed(request("broken\r\nCall-ID: 7\r\nContent-Length: x\r\n"));
  ASSERT_TRUE(m.fault());
  EXPECT_EQ(*m.fault(), (ParseError{ParseErrc::bad_header, 37}));
  EXPECT_EQ(m.value(HeaderName::call_id), "7");
}

TEST(MessageTest, RefusesLineEndsAnotherParserCouldReadDifferently) {
  EXPECT_EQ(error_of(request("To: a\nFrom: b\r\n")), ParseErrc::bad_line_end);
  EXPECT_EQ(error_of(request("To: a\rFrom: b\r\n")), ParseErrc::bad_line_end);
  EXPECT_EQ(error_of("OPTIONS sip:a SIP/2.0\n\n"), ParseErrc::bad_line_end);
  EXPECT_EQ(error_of("OPTIONS sip:a SIP/2.0\r\r\n\r\n"), ParseErrc::bad_line_end);
}

TEST(MessageTest, RefusesAMessageThatStopsBeforeTheEndOfItsHeaders) {
  const auto whole = request("To: <sip:b>\r\nSubject: a\r\n b\r\n");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(Message::parse(whole.substr(0, size))) << size;
  EXPECT_TRUE(Message::parse(whole));
}

TEST(MessageTest, CutsTheBodyToContentLength) {
  EXPECT_EQ(body_of(request("Content-Length: 3\r\n", "abcdef")), "abc");
  EXPECT_EQ(body_of(request("Content-Length: 0\r\n", "abc")), "");
  EXPECT_EQ(body_of(request("", "abc")), "abc");
  EXPECT_EQ(body_of(request("", std::string("a\0\r\n\r\nb", 7))).size(), 7U);
}

TEST(MessageTest, FindsFaultWithAContentLengthThatCannotBe) {
  for (const auto* value :
       {"4", "-1", "", "abc", "3 3", "0x3", "4294967296", "4294967299", "18446744073709551619"})
    EXPECT_EQ(fault_of(request(std::string{"Content-Length: "} + value + "\r\n", "abc")),
              ParseErrc::bad_content_length)
        << value;
}

TEST(MessageTest, FindsFaultWithTwoContentLengthsEvenWhenTheyAgree) {
  EXPECT_EQ(fault_of(request("Content-Length: 3\r\nl: 3\r\n", "abc")),
            ParseErrc::bad_content_length);
}

TEST(MessageTest, SkipsEmptyLinesBeforeTheStartLine) {
  const auto m = parsed("\r\n\r\n" + request("To: a\r\n"));
  EXPECT_EQ(m.method(), Method::options);
  EXPECT_EQ(error_of("\r\n\r\n"), ParseErrc::empty);
  EXPECT_EQ(error_of(""), ParseErrc::empty);
}

TEST(MessageTest, HoldsItsLimits) {
  Limits limits;
  EXPECT_EQ(error_of(std::string(limits.message_bytes + 1, 'x')), ParseErrc::too_large);
  EXPECT_EQ(error_of(request("X: " + std::string(60'000, 'x') + "\r\n")), ParseErrc::too_large);
  EXPECT_EQ(fault_of(request("X: " + std::string(8'192, 'x') + "\r\n")), ParseErrc::too_large);
  std::string folded = "X: y\r\n";
  for (int i = 0; i < 9; ++i) folded += " " + std::string(1'000, 'y') + "\r\n";
  EXPECT_EQ(fault_of(request(folded)), ParseErrc::too_large);
  std::string vias;
  for (int i = 0; i < 300; ++i) vias += "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n";
  EXPECT_EQ(error_of(request(vias)), ParseErrc::too_many_headers);
}

TEST(MessageTest, NeverHoldsMoreHeadersThanItCanCount) {
  Limits limits;
  limits.headers = 10'000;
  std::string lines;
  for (int i = 0; i < 256; ++i) lines += "X: y\r\n";
  EXPECT_EQ(error_of(request(lines), limits), ParseErrc::too_many_headers);
  EXPECT_EQ(error_of(request(lines.substr(6)), limits), ParseErrc::none);
}

TEST(MessageTest, StaysValidWhenItIsMovedOrCopied) {
  auto first = parsed(request("To: x\r\n", "b"));
  const Message copy = first;
  const Message moved = std::move(first);
  EXPECT_EQ(copy.value(HeaderName::to), "x");
  EXPECT_EQ(moved.value(HeaderName::to), "x");
  EXPECT_EQ(moved.body(), "b");
}

TEST(TagOfTest, ReadsTheTagOfAnAddress) {
  EXPECT_EQ(tag_of("<sip:a@b>;tag=x"), "x");
  EXPECT_EQ(tag_of("sip:a@b;tag=x"), "x");
  EXPECT_EQ(tag_of("\"A;tag=no\" <sip:a@b;tag=no> ; TAG = y"), "y");
  EXPECT_EQ(tag_of("<sip:a@b>"), "");
  EXPECT_EQ(tag_of("\"broken"), "");
}

}  // namespace
}  // namespace sip
