#include "proxy/runtime/resolve/resolver.hpp"

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <map>

#include "sipstack/locate/owned.hpp"
#include "tests/unit/proxy/runtime/resolve/dns_stub.hpp"

namespace proxy::resolve::test {
namespace {

using namespace std::chrono_literals;
using sip::locate::Answer;
using sip::locate::Failure;
using sip::locate::Kind;

using Asked = DnsStub::Asked;

/// A resolver that asks one stub.
struct Rig {
  explicit Rig(DnsStub::Says says, std::chrono::milliseconds timeout = 100ms)
      : stub{io, std::move(says)},
        resolver{io, {{stub.endpoint()}, timeout}, [this](Resolved resolved) {
                   answers.emplace(resolved.id.value, resolved.answer);
                 }} {}

  Answer ask(Kind kind, const std::string& name = "pbx.test") {
    const auto id = ++last;
    resolver.resolve({ResolveId{id}, {name, kind}});
    run_until(id);
    return answers.count(id) == 0 ? Answer{} : answers.find(id)->second;
  }
  void run_until(std::uint64_t id) {
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (answers.count(id) == 0 && std::chrono::steady_clock::now() < limit) io.run_one_for(1s);
    EXPECT_EQ(answers.count(id), 1U) << "no answer, or two";
  }

  boost::asio::io_context io;
  DnsStub stub;
  std::multimap<std::uint64_t, Answer> answers;
  Resolver resolver;
  std::uint64_t last{0};
};

sip::locate::Record address(const char* owner, const char* text) {
  return {owner, 60s, *sip::Address::parse(text)};
}

TEST(Resolver, AsksForBothFamiliesAndPutsIpv4First) {
  Rig rig{[](const Asked& asked, Reply reply) {
    if (asked.type == 1) return reply.a("pbx.test", "192.0.2.1").bytes();
    const auto v6 = sip::Address::parse("2001:db8::1")->bytes;
    return reply.add("pbx.test", 28, 60, std::string{v6.begin(), v6.end()}).bytes();
  }};
  const auto answer = rig.ask(Kind::address);
  EXPECT_EQ(answer.failure, Failure::none);
  EXPECT_EQ(answer.records,
            (std::vector{address("pbx.test", "192.0.2.1"), address("pbx.test", "2001:db8::1")}));
}

TEST(Resolver, ReadsSrvAndNaptr) {
  Rig rig{[](const Asked& asked, Reply reply) {
    if (asked.type == 33)
      return reply.srv("_sip._udp.pbx.test", 10, 5, 5070, "a.pbx.test")
          .srv("_sip._udp.pbx.test", 20, 0, 0, ".")
          .bytes();
    return reply.naptr("pbx.test", 1, 2, "SIP+D2U", "_sip._udp.pbx.test").bytes();
  }};
  const auto srv = rig.ask(Kind::srv, "_sip._udp.pbx.test");
  ASSERT_EQ(srv.records.size(), 2U);
  EXPECT_EQ(srv.records[0].ttl, 60s);
  EXPECT_EQ(std::get<sip::locate::Srv>(srv.records[0].data),
            (sip::locate::Srv{10, 5, 5070, "a.pbx.test"}));
  EXPECT_EQ(std::get<sip::locate::Srv>(srv.records[1].data).target, "");
  const auto naptr = rig.ask(Kind::naptr);
  ASSERT_EQ(naptr.records.size(), 1U);
  EXPECT_EQ(std::get<sip::locate::Naptr>(naptr.records[0].data),
            (sip::locate::Naptr{1, 2, "s", "SIP+D2U", "", "_sip._udp.pbx.test"}));
}

TEST(Resolver, TakesATruncatedAnswerOverTcp) {
  Rig rig{[](const Asked& asked, Reply reply) {
            reply.truncated = !asked.tcp;
            if (asked.tcp && asked.type == 33)
              for (std::uint16_t i = 0; i < 1000; ++i)
                reply.srv("_sip._udp.pbx.test", i, 0, 5060, "host" + std::to_string(i) + ".test");
            return reply.bytes();
          },
          5s};
  const auto answer = rig.ask(Kind::srv, "_sip._udp.pbx.test");
  EXPECT_EQ(answer.failure, Failure::none);
  EXPECT_EQ(answer.records.size(), 72U);  // of 1,000: as many as anybody looks at
  ASSERT_EQ(rig.stub.asked.size(), 2U);
  EXPECT_TRUE(rig.stub.asked[1].tcp);
}

TEST(Resolver, EndsWhenNobodyAnswers) {
  Rig rig{[](const Asked&, const Reply&) { return std::string{}; }, 50ms};
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(rig.ask(Kind::srv).failure, Failure::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  EXPECT_EQ(rig.stub.asked.size(), 2U);
}

TEST(Resolver, DoesNotTakeAnAnswerWithAnotherId) {
  Rig rig{[](const Asked&, Reply reply) {
            reply.id ^= 1;
            return reply.a("pbx.test", "192.0.2.66").bytes();
          },
          50ms};
  const auto answer = rig.ask(Kind::address);
  EXPECT_EQ(answer.failure, Failure::timeout);
  EXPECT_TRUE(answer.records.empty());
}

TEST(Resolver, SurvivesGarbage) {
  const std::vector<std::function<std::string(Reply)>> kinds{
      [](const Reply&) { return std::string(600, '\xff'); },
      [](const Reply& reply) { return reply.bytes().substr(0, 7); },
      [](Reply reply) {
        auto bytes = reply.srv("pbx.test", 1, 1, 1, "a.test").bytes();
        return bytes.substr(0, bytes.size() - 5);
      },
      [](Reply reply) { return reply.add("pbx.test", 33, 60, "\x01").bytes(); },
      [](Reply reply) {
        return reply.add("pbx.test", 33, 60, std::string("\0\1\0\1\0\1\xc0\xff", 8)).bytes();
      },
      [](Reply reply) {
        auto bytes = reply.bytes();
        bytes[6] = bytes[7] = '\xff';  // 65,535 records are promised
        return bytes;
      },
  };
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    SCOPED_TRACE(i);
    Rig rig{[&](const Asked&, Reply reply) { return kinds[i](std::move(reply)); }, 50ms};
    const auto answer = rig.ask(Kind::srv);
    EXPECT_NE(answer.failure, Failure::none);
    EXPECT_TRUE(answer.records.empty());
  }
}

TEST(Resolver, SaysThatThereIsNoSuchName) {
  Rig rig{[](const Asked&, Reply reply) {
    reply.rcode = 3;
    return reply.bytes();
  }};
  EXPECT_EQ(rig.ask(Kind::address).failure, Failure::no_name);
  EXPECT_EQ(rig.ask(Kind::naptr).failure, Failure::no_name);
}

TEST(Resolver, SaysThatTheNameHasNoSuchRecord) {
  Rig rig{[](const Asked&, const Reply& reply) { return reply.bytes(); }};
  EXPECT_EQ(rig.ask(Kind::srv), Answer{});
}

TEST(Resolver, SaysThatTheServerFails) {
  Rig rig{[](const Asked&, Reply reply) {
    reply.rcode = 2;
    return reply.bytes();
  }};
  EXPECT_EQ(rig.ask(Kind::srv).failure, Failure::refused);
}

TEST(Resolver, HandsOnTheAliasesOfAnAddress) {
  Rig rig{[](const Asked& asked, Reply reply) {
    reply.cname("pbx.test", "b.test", 9);
    return asked.type == 1 ? reply.a("b.test", "192.0.2.1").bytes() : reply.bytes();
  }};
  const auto found = owned({"pbx.test", Kind::address}, rig.ask(Kind::address));
  EXPECT_EQ(found.records, std::vector{address("b.test", "192.0.2.1")});
  EXPECT_EQ(found.ttl, 9s);
}

TEST(Resolver, FindsNothingBehindAliasesInACircle) {
  Rig rig{[](const Asked& asked, Reply reply) {
    reply.cname("pbx.test", "b.test").cname("b.test", "pbx.test");
    return asked.type == 1 ? reply.a("b.test", "192.0.2.1").bytes() : reply.bytes();
  }};
  EXPECT_TRUE(owned({"pbx.test", Kind::address}, rig.ask(Kind::address)).records.empty());
}

TEST(Resolver, IsContentWithOneFamily) {
  Rig rig{[](const Asked& asked, Reply reply) {
            return asked.type == 1 ? reply.a("pbx.test", "192.0.2.1").bytes() : std::string{};
          },
          50ms};
  const auto answer = rig.ask(Kind::address);
  EXPECT_EQ(answer.failure, Failure::none);
  EXPECT_EQ(answer.records.size(), 1U);
}

TEST(Resolver, LooksIntoTheHostsFile) {
  Rig rig{[](const Asked&, const Reply&) { return std::string{}; }};
  const auto answer = rig.ask(Kind::address, "localhost");
  ASSERT_FALSE(answer.records.empty());
  EXPECT_TRUE(std::get<sip::Address>(answer.records[0].data).is_loopback());
  EXPECT_TRUE(rig.stub.asked.empty());
}

TEST(Resolver, AnswersManyAtOnceEachOnce) {
  Rig rig{
      [](const Asked&, Reply reply) { return reply.srv("pbx.test", 1, 1, 5060, "a.test").bytes(); },
      2s};
  for (std::uint64_t id = 1; id <= 200; ++id)
    rig.resolver.resolve({ResolveId{id}, {"pbx.test", Kind::srv}});
  for (std::uint64_t id = 1; id <= 200; ++id) rig.run_until(id);
  EXPECT_EQ(rig.answers.size(), 200U);
}

TEST(Resolver, SaysNothingAfterStop) {
  Rig rig{[](const Asked&, const Reply&) { return std::string{}; }};
  rig.resolver.resolve({ResolveId{1}, {"pbx.test", Kind::srv}});
  rig.resolver.stop();
  rig.resolver.stop();
  rig.resolver.resolve({ResolveId{2}, {"pbx.test", Kind::srv}});
  rig.io.run_for(50ms);
  EXPECT_TRUE(rig.answers.empty());
}

}  // namespace
}  // namespace proxy::resolve::test
