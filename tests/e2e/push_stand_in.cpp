// The push services of Apple, Google and a browser on loopback ports, for the end-to-end tests:
// prints where they are and each request as it was seen, one JSON object a line, and takes what to
// do wrong next from standard input, one JSON object a line.

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

#include "proxy/runtime/push/web_push_gateway.hpp"
#include "tests/support/push/apns_stand_in.hpp"
#include "tests/support/push/fcm_stand_in.hpp"
#include "tests/support/push/web_push_stand_in.hpp"

namespace {

namespace asio = boost::asio;
using nlohmann::json;

void write_file(const std::string& path, const std::string& text) {
  std::ofstream{path} << text;
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
}

void say(const json& what) { std::cout << what.dump() << std::endl; }

json shown(const char* service, const test::Http2Server::Request& request) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return {{"service", service},
          {"at", std::chrono::duration<double>(now).count()},
          {"path", request.path},
          {"headers", request.headers}};
}

/// Whose pushes its browser takes: a key of the server's.
proxy::WebPushSettings made_key() {
  proxy::WebPushSettings settings;
  settings.key = test::make_ec_key().pem;
  proxy::runtime::push::prepare_web_push(settings, {});
  return settings;
}

class StandIns {
 public:
  explicit StandIns(const std::string& folder) {
    sandbox_.join(apple_);
    write_file(folder + "/AuthKey.p8", apple_.key());
    write_file(folder + "/fcm.json", google_.account());
    write_file(folder + "/ca.pem", apple_.server().certificate() + sandbox_.server().certificate() +
                                       google_.server().certificate() +
                                       web_.server().certificate());
    write_file(folder + "/webpush.pem", key_.key);
    show(apple_, "apns");
    show(sandbox_, "sandbox");
    google_.on_seen = [](const test::FcmStandIn::Seen& seen) {
      auto line = shown("fcm", seen.request);
      line.update({{"body", seen.message}, {"status", seen.status}, {"reason", seen.reason}});
      say(line);
    };
    web_.on_seen = [](const test::WebPushStandIn::Seen& seen) {
      auto line = shown("webpush", seen.request);
      line.update({{"jwt", seen.jwt},
                   {"body", json::parse(seen.text.value_or("null"), nullptr, false)},
                   {"status", seen.status},
                   {"reason", seen.why}});
      say(line);
    };
    const auto& browser = web_.browser();
    say({{"browser",
          {{"url", browser.url()}, {"p256dh", browser.p256dh()}, {"auth", browser.auth()}}},
         {"webpush", web_.server().url()},
         {"apns", apple_.server().url()},
         {"sandbox", sandbox_.server().url()},
         {"fcm", google_.server().url()}});
    read();
  }
  void run() { io_.run(); }

 private:
  static void show(test::ApnsStandIn& service, const char* name) {
    service.on_seen = [name](const test::ApnsStandIn::Seen& seen) {
      auto line = shown(name, seen.request);
      line.update({{"jwt", seen.jwt},
                   {"body", seen.payload},
                   {"status", seen.status},
                   {"reason", seen.reason}});
      say(line);
    };
  }

  void read() {
    asio::async_read_until(input_, asio::dynamic_buffer(text_), '\n',
                           [this](const boost::system::error_code& error, std::size_t size) {
                             if (error) return io_.stop();
                             obey(json::parse(text_.substr(0, size)));
                             text_.erase(0, size);
                             read();
                           });
  }

  void obey(const json& order) {
    const std::string service = order.at("service");
    if (service == "fcm")
      obey(google_, order);
    else if (service == "webpush")
      obey(web_, order);
    else
      obey(service == "sandbox" ? sandbox_ : apple_, order);
    say({{"done", order}});
  }

  static void obey_itself(test::ApnsStandIn& apple, const json& order) {
    if (order.contains("forget")) apple.gone.clear();
    if (order.contains("known")) apple.known_tokens.insert(order["known"]);
    if (order.contains("gone")) apple.gone[order["gone"]] = order.value("since", std::int64_t{0});
  }
  static void obey_itself(test::FcmStandIn& google, const json& order) {
    if (order.contains("gone")) google.gone.insert(order["gone"]);
    if (order.contains("oauth")) google.oauth_status = order["oauth"];
  }

  static void obey_itself(test::WebPushStandIn&, const json&) {}

  template <class Service>
  static void obey(Service& service, const json& order) {
    obey_itself(service, order);
    if (order.contains("forget")) service.forget_plans();
    using Mode = test::Http2Server::Mode;
    const std::string mode = order.value("mode", "");
    if (mode == "normal") service.server().set_mode(Mode::normal);
    if (mode == "close") service.server().set_mode(Mode::close_at_once);
    if (mode == "mute") service.server().set_mode(Mode::mute);
    if (!order.contains("times")) return;
    test::PlannedAnswer plan{order.value("status", 200), order.value("reason", "")};
    plan.mute = order.value("mute", false);
    plan.close = order.value("close", false);
    plan.body_bytes = order.value("body_bytes", std::size_t{0});
    if (order.contains("retry_after")) plan.headers["retry-after"] = order["retry_after"];
    if (plan.status / 100 == 3) plan.headers["location"] = "https://127.0.0.1:1/elsewhere";
    for (int i = 0; i < order["times"].get<int>(); ++i) service.plan(plan);
  }

  asio::io_context io_;
  test::ApnsStandIn apple_{io_, {"com.example.phone"}};
  test::ApnsStandIn sandbox_{io_, {"com.example.phone"}};
  test::FcmStandIn google_{io_};
  const proxy::WebPushSettings key_{made_key()};
  test::WebPushStandIn web_{io_, key_.public_key};
  asio::posix::stream_descriptor input_{io_, ::dup(STDIN_FILENO)};
  std::string text_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: push_stand_in FOLDER\n";
    return 2;
  }
  try {
    StandIns{argv[1]}.run();
  } catch (const std::exception& error) {
    std::cerr << "push_stand_in: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
