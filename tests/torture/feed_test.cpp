#include "tests/torture/engine/feed.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/torture/samples.hpp"

namespace torture {
namespace {

using Random = std::mt19937_64;

std::string u16(std::size_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 255)};
}

TEST(EngineFeed, TakesEveryTortureMessageFromEverySource) {
  Feed feed;
  for (const auto& name : sip::torture::sample_names()) {
    const auto wire = sip::torture::read_sample(name).wire;
    for (unsigned source = 0; source < 4; ++source) {
      feed.datagram(source, wire);
      feed.piece(source, wire);
      feed.close(source);
    }
    feed.commit(true);
    ASSERT_TRUE(feed.probe()) << name;
  }
  feed.pass(std::chrono::minutes{10});
  EXPECT_TRUE(feed.probe());
}

TEST(EngineFeed, TakesWhateverComesInWhateverOrder) {
  Random random{1};
  const auto names = sip::torture::sample_names();
  for (int run = 0; run < 150; ++run) {
    std::string program;
    for (int calls = 0; calls < 60; ++calls) {
      auto wire = sip::torture::read_sample(names[random() % names.size()]).wire;
      if (random() % 2 == 0) wire[random() % wire.size()] = static_cast<char>(random());
      const auto what = static_cast<char>(random());
      program += what;
      if (static_cast<unsigned char>(what) % 8 < 2) program += u16(wire.size()) + wire;
    }
    Feed feed;
    ASSERT_NO_THROW(feed.run(program)) << "run " << run;
  }
}

TEST(EngineFeed, LetsATrustedCallReachThePhoneAndAnswersIt) {
  Feed feed;
  feed.datagram(1,
                "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKf\r\n"
                "From: <sip:x@y>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: f\r\n"
                "CSeq: 1 INVITE\r\nContact: <sip:x@h>\r\n\r\n");
  feed.commit(true);
  feed.push_done(proxy::PushOutcome::accepted);
  feed.answer(180);
  feed.answer(200);
  feed.pass(std::chrono::hours{2});
  EXPECT_TRUE(feed.probe());
}

}  // namespace
}  // namespace torture
