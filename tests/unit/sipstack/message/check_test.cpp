#include "sipstack/message/check.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sip {
namespace {

/// A sound request whose lines a test may change.
struct Lines {
  std::string start{"INVITE sip:bob@example.com SIP/2.0"};
  std::string via{"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa"};
  std::string from{"From: <sip:alice@example.com>;tag=1"};
  std::string to{"To: <sip:bob@example.com>"};
  std::string call_id{"Call-ID: c@192.0.2.1"};
  std::string cseq{"CSeq: 1 INVITE"};
  std::vector<std::string> more{"Max-Forwards: 70", "Contact: <sip:alice@192.0.2.1>"};

  Message message() const {
    std::string wire = start + "\r\n";
    for (const auto& line : {via, from, to, call_id, cseq})
      if (!line.empty()) wire += line + "\r\n";
    for (const auto& line : more) wire += line + "\r\n";
    auto parsed = Message::parse(wire + "\r\n");
    if (!parsed) ADD_FAILURE() << wire;
    return parsed ? std::move(*parsed) : Message{};
  }
};

int status(const Lines& lines) { return check_request(lines.message()).status; }

std::string verdict(const Lines& lines) {
  const auto fault = check_request(lines.message());
  return std::to_string(fault.status) + " " + fault.reason;
}

Lines with(std::string line) {
  Lines lines;
  lines.more.push_back(std::move(line));
  return lines;
}

TEST(CheckRequestTest, LetsASoundRequestPass) {
  EXPECT_EQ(status({}), 0);
  EXPECT_EQ(status(with("Expires: never")), 0);
  EXPECT_EQ(status(with("X-Odd: ;;,,;;,;")), 0);
}

TEST(CheckRequestTest, LetsRfc2543RequestsPass) {
  Lines old;
  old.via = "Via: SIP/2.0/UDP iftgw.example.com";
  old.from = "From: <sip:+13035551111@ift.client.example.net;user=phone>";
  old.more.clear();
  EXPECT_EQ(status(old), 0);
}

TEST(CheckRequestTest, DropsWhatCannotBeAnswered) {
  for (auto line : {&Lines::via, &Lines::from, &Lines::to, &Lines::call_id, &Lines::cseq}) {
    Lines lines;
    lines.*line = "";
    EXPECT_EQ(status(lines), -1);
  }
  Lines bad_via;
  bad_via.via = "Via: SIP/2.0/UDP 192.0.2.15;;,;,,";
  EXPECT_EQ(status(bad_via), -1);
  Lines empty;
  empty.call_id = "Call-ID:";
  EXPECT_EQ(status(empty), -1);
}

TEST(CheckRequestTest, DropsResponses) {
  const auto response = Message::parse("SIP/2.0 200 OK\r\n\r\n");
  EXPECT_EQ(check_request(*response).status, -1);
}

TEST(CheckRequestTest, Answers505ToAnotherVersion) {
  Lines lines;
  lines.start = "INVITE sip:bob@example.com SIP/7.0";
  lines.via = "Via: SIP/7.0/UDP c.example.com;branch=z9hG4bKk";
  EXPECT_EQ(verdict(lines), "505 Version Not Supported");
}

TEST(CheckRequestTest, NamesTheFaultOfTheMessage) {
  EXPECT_EQ(verdict(with("Content-Length: 9999")), "400 Bad Content-Length");
  EXPECT_EQ(verdict(with("Content-Length: -999")), "400 Bad Content-Length");
  EXPECT_EQ(verdict(with("Foobar roobar")), "400 Bad header");
  EXPECT_EQ(verdict(with("X: " + std::string(9'000, 'x'))), "513 Message Too Large");
  Lines blanks;
  blanks.start = "INVITE  sip:bob@example.com SIP/2.0";
  EXPECT_EQ(verdict(blanks), "400 Bad start line");
}

TEST(CheckRequestTest, WantsOneOfEachSingleHeader) {
  for (const auto* line : {"From: <sip:a@b>", "f: <sip:a@b>", "To: <sip:a@b>", "i: 2",
                           "CSeq: 1 INVITE", "Max-Forwards: 70"})
    EXPECT_EQ(status(with(line)), 400) << line;
  EXPECT_EQ(verdict(with("CSeq: 2 INVITE")), "400 More Than One CSeq");
}

TEST(CheckRequestTest, ReadsFromAndTo) {
  for (const auto* value :
       {"\"Mr. J. User <sip:j.user@example.com>", "*", "Bell, Alexander <sip:a@b>", "<>",
        "< sip:a@b >", "<sip:a@b>;tag=1;tag=2", "<sip:a@b>;tag", "<sip:a@b>;tag=\"q\"",
        "<sip:a@b>;tag=", "alice"}) {
    Lines lines;
    lines.from = std::string{"From: "} + value;
    EXPECT_EQ(verdict(lines), "400 Bad From") << value;
    lines = {};
    lines.to = std::string{"To: "} + value;
    EXPECT_EQ(verdict(lines), "400 Bad To") << value;
  }
  Lines other;
  other.to = "To: isbn:2983792873";
  other.from = "From: <http://www.example.com>;tag=3";
  EXPECT_EQ(status(other), 0);
}

TEST(CheckRequestTest, TakesOpaqueVisibleCallIds) {
  Lines lines;
  lines.call_id = "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{$`;&|#";
  EXPECT_EQ(status(lines), 0);
  for (const auto& value : {std::string{"a b"}, std::string{"a\tb"}, std::string{"a\x01"},
                            std::string{"\xC3\xA4"}, std::string(513, 'x')}) {
    lines.call_id = "Call-ID: " + value;
    EXPECT_EQ(verdict(lines), "400 Bad Call-ID") << value;
  }
}

TEST(CheckRequestTest, WantsTheMethodInCSeq) {
  Lines lines;
  lines.cseq = "CSeq: 1 OPTIONS";
  EXPECT_EQ(verdict(lines), "400 CSeq Method Mismatch");
  lines.cseq = "CSeq: 1 invite";
  EXPECT_EQ(verdict(lines), "400 CSeq Method Mismatch");
  lines.cseq = "CSeq: 36893488147419103232 INVITE";
  EXPECT_EQ(verdict(lines), "400 Bad CSeq");
}

TEST(CheckRequestTest, WantsMaxForwardsBelow256) {
  Lines lines;
  for (const auto* value : {"256", "300", "-1", "x", "", "70 70"}) {
    lines.more = {std::string{"Max-Forwards: "} + value};
    EXPECT_EQ(verdict(lines), "400 Bad Max-Forwards") << value;
  }
  for (const auto* value : {"0", "255", "0068"}) {
    lines.more = {std::string{"Max-Forwards: "} + value};
    EXPECT_EQ(status(lines), 0) << value;
  }
}

TEST(CheckRequestTest, ReadsAndCountsAllVias) {
  EXPECT_EQ(status(with("v: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKk, SIP/2.0/X a")), 0);
  EXPECT_EQ(verdict(with("Via: SIP/2.0/UDP")), "400 Bad Via");
  EXPECT_EQ(verdict(with("Via: SIP/2.0/UDP a,,SIP/2.0/UDP b")), "400 Bad Via");
  EXPECT_EQ(verdict(with("Via:")), "400 Bad Via");
  std::string joined = "Via: SIP/2.0/UDP a";
  for (int i = 1; i < 69; ++i) joined += ",SIP/2.0/UDP a";
  EXPECT_EQ(status(with(joined)), 0);
  EXPECT_EQ(verdict(with(joined + ",SIP/2.0/UDP a")), "400 Too Many Vias");
}

TEST(CheckRequestTest, ReadsTheRequestUri) {
  const auto start = [](std::string_view uri) {
    Lines lines;
    lines.start = "INVITE " + std::string{uri} + " SIP/2.0";
    return lines;
  };
  for (const auto* uri : {"<sip:bob@example.com>", "sip:2001:db8::10", "sip:", "bob",
                          "sip:bob@[2001:db8::10", "sip:bob@example.com:0", "sip:b%4@example.com",
                          "sip:bob@example.com?Route=%3Csip:example.com%3E"})
    EXPECT_EQ(verdict(start(uri)), "400 Bad Request-URI") << uri;
  for (const auto* uri : {"tel:+4930123456", "soap.beep://192.0.2.103:3002", "isbn:1"})
    EXPECT_EQ(verdict(start(uri)), "416 Unsupported URI Scheme") << uri;
  for (const auto* uri : {"sips:bob@example.com", "SIP:bob@example.com", "sip:[2001:db8::10]:5070"})
    EXPECT_EQ(status(start(uri)), 0) << uri;
  EXPECT_EQ(verdict(start("sip:" + std::string(2'048, 'b') + "@example.com")),
            "414 Request-URI Too Long");
}

TEST(CheckRequestTest, ReadsRoutes) {
  EXPECT_EQ(status(with("Route: <sip:p1;lr>, \"P,2\" <sip:p2>")), 0);
  EXPECT_EQ(verdict(with("Route: sip:p1;lr")), "400 Bad Route");
  EXPECT_EQ(verdict(with("Route: <sip:p1;lr>,")), "400 Bad Route");
  EXPECT_EQ(verdict(with("Route:")), "400 Bad Route");
  EXPECT_EQ(verdict(with("Record-Route: <sip:p1;lr>\r\nRecord-Route: <sip:>")),
            "400 Bad Record-Route");
}

TEST(CheckRequestTest, ReadsTheContactOfAnInviteAndLeavesThatOfARegister) {
  EXPECT_EQ(verdict(with("m: \"Joe\" <sip:joe@example.org>;;;;")), "400 Bad Contact");
  EXPECT_EQ(verdict(with("Contact: *")), "400 Bad Contact");
  Lines lines = with("Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E");
  lines.start = "REGISTER sip:example.com SIP/2.0";
  lines.cseq = "CSeq: 1 REGISTER";
  EXPECT_EQ(status(lines), 0);
}

TEST(CheckResponseTest, WantsWhatRoutesAndMatchesAResponse) {
  Lines lines;
  lines.start = "SIP/2.0 200 OK";
  EXPECT_TRUE(check_response(lines.message()));
  for (auto line : {&Lines::via, &Lines::from, &Lines::to, &Lines::call_id, &Lines::cseq}) {
    Lines without = lines;
    without.*line = "";
    EXPECT_FALSE(check_response(without.message()));
  }
}

TEST(CheckResponseTest, RefusesBrokenOnes) {
  const auto verdict_with = [](std::string line) {
    Lines lines = with(std::move(line));
    lines.start = "SIP/2.0 200 OK";
    return check_response(lines.message());
  };
  EXPECT_FALSE(verdict_with("Call-ID: 2"));
  EXPECT_FALSE(verdict_with("Via: SIP/2.0/UDP"));
  EXPECT_FALSE(verdict_with("Content-Length: 5"));
  EXPECT_FALSE(verdict_with("no header"));
  Lines lines;
  lines.start = "SIP/2.0 503 Service Unavailable";
  lines.cseq = "CSeq: 9292394834772304023312 OPTIONS";
  EXPECT_FALSE(check_response(lines.message()));
  EXPECT_FALSE(check_response(Lines{}.message()));
}

}  // namespace
}  // namespace sip
