#include "proxy/runtime/loop/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <thread>

#include "proxy/runtime/store/reader.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/message/message.hpp"
#include "tests/unit/proxy/runtime/loop/server_fixture.hpp"

namespace proxy::runtime {
namespace {

using sip::Transport;

TEST_F(ServerTest, AnswersOptionsOverUdp) {
  start();
  const Wire wire{Transport::udp, bound(0)};
  wire.send(request("OPTIONS", wire, "a"));
  EXPECT_TRUE(wire.receive().starts_with("SIP/2.0 200 "));
}

TEST_F(ServerTest, AnswersOptionsOverTcp) {
  start();
  const Wire wire{Transport::tcp, bound(1)};
  wire.send(request("OPTIONS", wire, "a"));
  EXPECT_TRUE(wire.receive().starts_with("SIP/2.0 200 "));
  wire.send("\r\n\r\n");
  EXPECT_EQ(wire.receive(), "\r\n");
}

TEST_F(ServerTest, SaysInItsSettingsWhereItIsReached) {
  settings_.listeners[1].advertise = "sip.example.com";
  start();
  const auto& locals = server_->settings().locals;
  ASSERT_EQ(locals.size(), 2U);
  EXPECT_EQ(locals[0].host, "127.0.0.1");
  EXPECT_NE(locals[0].port, 0);
  EXPECT_EQ(locals[1].host, "sip.example.com");
  EXPECT_EQ(locals[1].port, locals[1].bound.port);
}

TEST_F(ServerTest, AnswersQueriesAndChanges) {
  start();
  EXPECT_TRUE(std::holds_alternative<view::Status>(ask(view::StatusQuery{})));
  AddUser user;
  user.aor = "alice@example.com";
  user.password = "secret";
  EXPECT_TRUE(std::holds_alternative<view::Done>(change(user)));
  const auto again = change(user);
  ASSERT_TRUE(std::holds_alternative<view::Refused>(again));
  EXPECT_EQ(std::get<view::Refused>(again).status, 409);
}

TEST_F(ServerTest, RunsCallbacksOnTheEdgeThread) {
  auto& server = start();
  std::promise<std::thread::id> edge;
  boost::asio::post(server.edge(), [&edge] { edge.set_value(std::this_thread::get_id()); });
  std::promise<std::thread::id> callback;
  server.ask(view::StatusQuery{},
             [&callback](const view::Answer&) { callback.set_value(std::this_thread::get_id()); });
  EXPECT_EQ(edge.get_future().get(), callback.get_future().get());
}

TEST_F(ServerTest, ARegistrationIsInTheStoreWhenItsAnswerArrives) {
  start();
  AddUser user;
  user.aor = "alice@example.com";
  user.password = "secret";
  change(user);
  const Wire wire{Transport::udp, bound(0)};
  const std::string contact = "Contact: <sip:alice@" + wire.local().to_string() + ">\r\n";
  wire.send(request("REGISTER", wire, "a", contact));
  const auto challenge = sip::Message::parse(wire.receive());
  ASSERT_TRUE(challenge);
  ASSERT_EQ(challenge->status(), 401);
  const auto credentials =
      sip::auth::answer(challenge->value(sip::HeaderName::www_authenticate), "alice", "secret",
                        "REGISTER", "sip:example.com", "0a4f113b", 1);
  wire.send(request("REGISTER", wire, "b", contact + "Authorization: " + credentials + "\r\n"));
  ASSERT_TRUE(wire.receive().starts_with("SIP/2.0 200 "));
  store::Reader reader{settings_.data_dir};
  const auto stored = reader.registrations({}, 0, 10);
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].aor, "alice@example.com");
}

TEST_F(ServerTest, KnowsItsUsersAfterARestart) {
  start();
  AddUser user;
  user.aor = "alice@example.com";
  user.password = "secret";
  change(user);
  start();
  const auto status = ask(view::StatusQuery{});
  EXPECT_EQ(std::get<view::Status>(status).counters.users, 1U);
}

TEST_F(ServerTest, StopsTwice) {
  auto& server = start();
  server.stop();
  server.stop();
  const auto answer = ask(view::StatusQuery{});
  ASSERT_TRUE(std::holds_alternative<view::Refused>(answer));
  EXPECT_EQ(std::get<view::Refused>(answer).status, 503);
}

TEST_F(ServerTest, EndsWithoutHavingBeenStarted) {
  server_.emplace(settings_, log_);
  EXPECT_EQ(server_->database_path(), settings_.data_dir + "/sipwake.db");
}

TEST_F(ServerTest, AnswersEveryQuestionThatIsOpenWhenItStops) {
  auto& server = start();
  constexpr int count = 1'000;
  std::atomic<int> answered{0};
  for (int i = 0; i < count; ++i)
    server.ask(view::StatusQuery{}, [&answered](const view::Answer&) { ++answered; });
  server.stop();
  EXPECT_EQ(answered, count);
}

TEST_F(ServerTest, SaysThatAPortIsInUse) {
  start();
  Settings other = settings_;
  other.listeners[0].address = bound(0);
  other.data_dir += "/other";
  settings_.data_dir.swap(other.data_dir);
  settings_.listeners.swap(other.listeners);
  EXPECT_EQ(start_error(), "udp " + bound(0).to_string() + ": Address already in use");
  settings_.data_dir.swap(other.data_dir);
}

TEST_F(ServerTest, MakesACertificateForATlsListener) {
  settings_.listeners.push_back({Transport::tls, *sip::Endpoint::parse("127.0.0.1:0"), {}, {}});
  const auto certificates = start().certificates();
  ASSERT_EQ(certificates.size(), 1U);
  EXPECT_TRUE(certificates[0].self_signed);
  EXPECT_EQ(certificates[0].names.front(), "example.com");
  EXPECT_EQ(start().certificates().at(0).fingerprint, certificates[0].fingerprint) << "kept";
}

TEST_F(ServerTest, NeedsNoCertificateWithoutATlsListener) {
  settings_.tls.certificate = "/nowhere/cert.pem";
  EXPECT_TRUE(start().certificates().empty());
}

TEST_F(ServerTest, SaysThatItsCertificateCannotBeRead) {
  settings_.listeners.push_back({Transport::tls, *sip::Endpoint::parse("127.0.0.1:0"), {}, {}});
  settings_.tls.certificate = "/nowhere/cert.pem";
  EXPECT_EQ(start_error(), "/nowhere/cert.pem: cannot be read: No such file or directory");
}

TEST_F(ServerTest, SaysThatItsDataIsInUse) {
  start();
  const auto why = start_error();
  EXPECT_TRUE(why.starts_with(settings_.data_dir + ": in use by process")) << why;
}

TEST_F(ServerTest, NamesAKeyFileThatHoldsNoKey) {
  settings_.apns.resize(1);
  settings_.apns[0].key_file = "AuthKey.p8";
  settings_.apns[0].key = "nonsense";
  EXPECT_EQ(start_error(),
            "push.apns: key_file \"AuthKey.p8\": it holds no private key in PEM (or one with a "
            "passphrase)");
}

TEST_F(ServerTest, KeepsTheDomainItChoseForItself) {
  settings_.domains.clear();
  start();
  const auto chosen = server_->settings().domains;
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_FALSE(chosen[0].empty());
  const auto& aliases = server_->settings().aliases;
  EXPECT_NE(std::find(aliases.begin(), aliases.end(), "127.0.0.1"), aliases.end());
  start();
  EXPECT_EQ(server_->settings().domains, chosen);
}

}  // namespace
}  // namespace proxy::runtime
