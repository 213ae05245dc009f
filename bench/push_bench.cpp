#include <benchmark/benchmark.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "proxy/runtime/push/apns_gateway.hpp"
#include "proxy/runtime/push/fcm_gateway.hpp"
#include "proxy/runtime/push/web_push_gateway.hpp"
#include "proxy/runtime/push/webhook_client.hpp"
#include "tests/support/push/apns_stand_in.hpp"
#include "tests/support/push/fcm_stand_in.hpp"
#include "tests/support/push/http_stub.hpp"
#include "tests/support/push/web_push_stand_in.hpp"

// What a push costs the thread that sends it ("CPU", which is that of our side alone), and how many
// one connection carries ("items_per_second", the other side included). The service is another
// thread of this process, answers well at once and checks nothing; only Google's stand-in checks,
// for it has no signature to verify.

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using proxy::Push;
using proxy::PushDone;
using proxy::PushId;
using test::Http2Server;

/// Runs what stands in for the services.
class Elsewhere {
 public:
  asio::io_context io{1};
  void start() {
    thread_ = std::thread{[this] { io.run(); }};
  }
  ~Elsewhere() { stop(); }
  /// Before what it serves goes.
  void stop() {
    io.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  asio::executor_work_guard<asio::io_context::executor_type> work_{asio::make_work_guard(io)};
  std::thread thread_;
};

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-bench-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) const {
    const auto file = (path_ / name).string();
    std::ofstream{file} << text;
    return file;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void accept_all(Http2Server::Connection& connection, const Http2Server::Request& request) {
  connection.peer().answer(request.stream, 200, {}, "");
}

/// Hands over as many as are asked for at once, and waits for the last answer.
template <class Gateway>
void run(benchmark::State& state, asio::io_context& io, Gateway& gateway, const Push& push,
         const std::uint64_t& accepted) {
  std::uint64_t id = 0;
  const auto send = [&](std::int64_t count) {
    const auto before = accepted;
    for (std::int64_t i = 0; i < count; ++i) {
      Push one = push;
      one.id = PushId{++id};
      gateway.push(std::move(one));
    }
    while (accepted < before + static_cast<std::uint64_t>(count)) io.run_one_for(1s);
  };
  gateway.start();
  send(10);  // warm
  for (auto _ : state) send(state.range(0));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  gateway.stop();
  io.restart();
  io.poll();
}

Push call(const std::string& app, const std::string& token) {
  Push push;
  push.app = app;
  push.token = token;
  push.body =
      R"({"aps":{"sound":"","loc-key":"IC_MSG","loc-args":["Alice"],"call-id":"a84b4c76e667"}})";
  push.ttl = 30s;
  push.deadline = 30s;
  return push;
}

void apple(benchmark::State& state) {
  const Folder folder;
  Elsewhere elsewhere;
  const Http2Server server{elsewhere.io, accept_all};
  elsewhere.start();
  proxy::ApnsSettings team;
  team.key = test::make_ec_key().pem;
  team.key_id = "ABC1234567";
  team.team_id = "DEF1234567";
  team.topics = {"com.example.phone"};
  team.reach.endpoint = server.url();
  team.reach.ca_file = folder.write("ca.pem", server.certificate());
  proxy::runtime::push::ApnsGateway::Options options;
  options.teams = {team};
  asio::io_context io{1};
  std::uint64_t accepted = 0;
  proxy::runtime::push::ApnsGateway gateway{
      io, options, [&accepted](const PushDone&) { ++accepted; }, {}};
  auto push = call("com.example.phone", std::string(64, 'a'));
  run(state, io, gateway, push, accepted);
  elsewhere.stop();
}

void google(benchmark::State& state) {
  const Folder folder;
  Elsewhere elsewhere;
  test::FcmStandIn service{elsewhere.io};
  elsewhere.start();
  const auto account = nlohmann::json::parse(service.account());
  proxy::FcmSettings project;
  project.project_id = test::FcmStandIn::project;
  project.client_email = test::FcmStandIn::email;
  project.private_key_id = account["private_key_id"];
  project.private_key = service.key();
  project.token_uri = service.token_uri();
  project.reach.endpoint = service.server().url();
  project.reach.ca_file = folder.write("ca.pem", service.server().certificate());
  asio::io_context io{1};
  std::uint64_t accepted = 0;
  proxy::runtime::push::FcmGateway gateway{
      io, {project}, [&accepted](const PushDone&) { ++accepted; }, {}};
  auto push = call(test::FcmStandIn::project, "TOKEN-1");
  push.body = R"({"call-id":"a84b4c76e667","from-uri":"sip:alice@example.com","loc-key":"IC_MSG"})";
  run(state, io, gateway, push, accepted);
  elsewhere.stop();
}

void browser(benchmark::State& state) {
  const Folder folder;
  Elsewhere elsewhere;
  const Http2Server server{elsewhere.io, accept_all};
  elsewhere.start();
  proxy::WebPushSettings settings;
  settings.subject = "mailto:ops@example.com";
  settings.private_addresses = true;
  settings.ca_file = folder.write("ca.pem", server.certificate());
  proxy::runtime::push::prepare_web_push(settings, folder.path());
  asio::io_context io{1};
  std::uint64_t accepted = 0;
  proxy::runtime::push::WebPushGateway gateway{
      io, settings, [&accepted](const PushDone&) { ++accepted; }, {}};
  const test::Browser phone{server.url() + "/wpush/v2/abc"};
  auto push = call({}, phone.url());
  push.p256dh = phone.p256dh();
  push.auth = phone.auth();
  run(state, io, gateway, push, accepted);
  elsewhere.stop();
}

/// HTTP/1.1 has one request at a time on a connection: as many connections as `parallel` says.
void webhook(benchmark::State& state) {
  Elsewhere elsewhere;
  test::HttpStub receiver{elsewhere.io, [](const auto&) { return test::HttpStub::Reply{}; }};
  elsewhere.start();
  asio::io_context io{1};
  const auto work = asio::make_work_guard(io);  // a kept connection waits for nothing
  std::uint64_t accepted = 0;
  proxy::runtime::push::WebhookClient gateway{
      io, {}, [&accepted](const PushDone&) { ++accepted; }, {}};
  auto push = call({}, "token");
  push.url = receiver.url();
  push.signature = "sha256=" + std::string(64, '0');
  run(state, io, gateway, push, accepted);
  elsewhere.stop();
}

}  // namespace

BENCHMARK(webhook)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(apple)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(google)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(browser)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
