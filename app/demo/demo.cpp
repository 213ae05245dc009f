#include "app/demo/demo.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <future>
#include <memory>
#include <ostream>
#include <system_error>

#include "app/demo/play.hpp"
#include "app/demo/push_service.hpp"
#include "app/demo/secret.hpp"
#include "proxy/core/story/story.hpp"

namespace app::demo {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using proxy::runtime::Server;
using proxy::story::printable;

/// Longest wait for an answer of the engine; it answers by itself well before.
constexpr auto engine_patience = 10s;

/// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_{(fs::temp_directory_path() / "sipwake-demo-XXXXXX").string()} {
    if (!mkdtemp(path_.data()))
      throw proxy::runtime::StartError{path_ + ": " + std::generic_category().message(errno)};
  }
  ~TemporaryFolder() {
    std::error_code ignored;  // what cannot be removed stays behind
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(TemporaryFolder&&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Where phones on this machine reach the server by a transport, if they do.
std::optional<sip::Endpoint> loopback(const proxy::Settings& settings, sip::Transport transport) {
  const auto home = sip::Address::v4(0x7F000001);
  for (const auto& local : settings.locals) {
    const auto& address = local.bound.address;
    const bool all_v4 = address.is_v4() && address.is_unspecified();
    if (local.transport == transport && (all_v4 || address == home))
      return sip::Endpoint{home, local.bound.port};
  }
  return std::nullopt;
}

std::optional<House> house_of(const proxy::Settings& settings) {
  const auto udp = loopback(settings, sip::Transport::udp);
  const auto tcp = loopback(settings, sip::Transport::tcp);
  if (!udp && !tcp) return std::nullopt;
  House house;
  house.domain = settings.domains.front();
  house.desk_transport = udp ? sip::Transport::udp : sip::Transport::tcp;
  house.desk = udp ? *udp : *tcp;
  house.mobile_transport = tcp ? sip::Transport::tcp : sip::Transport::udp;
  house.mobile = tcp ? *tcp : *udp;
  house.wake_timeout = settings.wake.timeout;
  for (const auto user : {alice, bob, carol, dave, erin})
    house.passwords.emplace(user, random_secret());
  return house;
}

/// Creates the users, or gives those of an interrupted play new passwords. An empty text, or why
/// it could not be done.
std::string admit_users(Server& server, const House& house) {
  proxy::ImportUsers import;
  for (const auto& [user, password] : house.passwords) {
    proxy::AddUser add;
    add.aor = user + "@" + house.domain;
    add.password = password;
    add.display_name = first_name(user);
    import.users.push_back(std::move(add));
  }
  // Shared, because the answer may come after we have stopped to wait for it.
  auto answered = std::make_shared<std::promise<proxy::view::Answer>>();
  auto answer = answered->get_future();
  server.change(std::move(import),
                [answered](proxy::view::Answer given) { answered->set_value(std::move(given)); });
  if (answer.wait_for(engine_patience) != std::future_status::ready)
    return "the server does not answer";
  const auto given = answer.get();
  const auto* refused = std::get_if<proxy::view::Refused>(&given);
  return refused ? refused->field + " " + refused->why : std::string{};
}

void print_title(std::size_t index, std::string_view title, std::ostream& out) {
  out << '\n' << index + 1 << ". " << title << std::endl;
}

void print_story(StoryBook& book, const Story& story, std::ostream& out) {
  out << book.ladder(story) << "  " << printable(story.call.verdict) << '\n';
}

/// Returns whether the call was as it must be.
bool print(const Outcome& outcome, StoryBook& book, std::ostream& out) {
  if (const auto story = book.find(outcome.call_id)) print_story(book, *story, out);
  if (outcome.faults.empty()) out << "  ✓ phones and server agree\n";
  for (const auto& fault : outcome.faults) out << "  ✗ " << printable(fault) << '\n';
  out.flush();
  return outcome.faults.empty();
}

/// What an earlier run has left: the same calls in the same order, read from the store.
void print_recorded(std::vector<Story> stories, StoryBook& book, std::ostream& out) {
  std::ranges::stable_sort(stories, {}, [](const Story& story) { return story.call.callee; });
  out << "The demo was played before; this is what the server recorded.\n";
  for (std::size_t i = 0; i < stories.size(); ++i) {
    // An interrupted play has left fewer calls; which ones, only their callees tell.
    const bool whole = stories.size() == titles.size();
    const std::string title =
        whole ? std::string{titles[i]} : "Call to " + printable(stories[i].call.callee);
    print_title(i, title, out);
    print_story(book, stories[i], out);
  }
}

/// Brings pushes to the stage while both are there: the service outlives the stage.
class PushFeed {
 public:
  PushFeed(PushService& service, Stage& stage) : service_{service} {
    service_.on_push([&stage](const PushSeen& push) { stage.post(push); });
  }
  ~PushFeed() { service_.on_push({}); }
  PushFeed(PushFeed&&) = delete;

 private:
  PushService& service_;
};

/// Where what is seen goes, and how much of it.
struct Screen {
  std::ostream& out;
  bool pushes{false};
};

int perform(Server& server, House house, const Screen& screen, std::stop_token stop) {
  auto& out = screen.out;
  auto& service = *house.push;
  if (const auto trouble = admit_users(server, house); !trouble.empty()) {
    out << "✗ the demo's users could not be created: " << trouble << '\n';
    return 1;
  }
  StoryBook book{server.settings().data_dir};
  Stage stage{std::move(stop)};
  const PushFeed feed{service, stage};

  Play play{stage, std::move(house), book};
  if (const auto faults = play.enter(); !faults.empty()) {
    for (const auto& fault : faults) out << "✗ " << fault << '\n';
    return 1;
  }
  play.start_unanswered();
  using Call = Outcome (Play::*)();
  constexpr std::array<Call, titles.size()> calls{&Play::answered_at_the_desk, &Play::woken_in_time,
                                                  &Play::missed, &Play::answered_elsewhere,
                                                  &Play::never_woken};
  std::size_t right = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    print_title(i, titles[i], out);
    if (calls[i] == &Play::never_woken)
      out << "  This caller has been waiting since the beginning, for "
          << server.settings().wake.timeout / 1s << " s in all." << std::endl;
    const Outcome outcome = (play.*calls[i])();
    if (stage.stopped()) {
      out << "\nThe demo was stopped.\n";
      return 1;
    }
    if (screen.pushes && !outcome.push.empty())
      out << "  What " << service.name() << " saw:\n" << outcome.push << '\n';
    right += print(outcome, book, out) ? 1U : 0U;
  }
  out << '\n' << right << " of " << calls.size() << " calls went as they must.\n";
  return right == calls.size() ? 0 : 1;
}

}  // namespace

int run_demo(const DemoOptions& options, std::ostream& out, std::stop_token stop) {
  std::unique_ptr<TemporaryFolder> folder;
  if (options.data_dir.empty()) folder = std::make_unique<TemporaryFolder>();
  proxy::Settings settings;
  settings.domains = {"demo.sipwake"};
  settings.data_dir = folder ? folder->path() : options.data_dir;
  settings.log_level = options.log_level;
  const sip::Endpoint any_port{sip::Address::v4(0x7F000001), 0};
  for (const auto transport : {sip::Transport::udp, sip::Transport::tcp})
    settings.listeners.push_back({transport, any_port, std::nullopt});
  settings.http_address = any_port;
  settings.wake.timeout = 3s;
  const bool named = !options.provider.empty();
  const auto service = make_push_service(named ? options.provider : "webhook");
  if (!service) throw proxy::runtime::StartError{"no push service \"" + options.provider + '"'};
  fs::create_directories(settings.data_dir);
  service->configure(settings);
  // The play has phones whose call screens must be closed, whoever wakes them.
  settings.late_call.platforms = {"apns", "fcm", "webpush", "webhook"};

  namespace log = proxy::runtime::log;
  const auto level = log::parse_level(options.log_level).value_or(proxy::Level::error);
  Server server{std::move(settings), std::make_shared<log::Log>(log::Format::text, level, 2)};
  server.start();
  out << "Five calls through a server of its own, with phones that are real SIP endpoints.\n";
  auto house = house_of(server.settings());
  if (house) house->push = service.get();
  const int status = house ? perform(server, std::move(*house), {out, named}, std::move(stop)) : 1;
  server.stop();
  return status;
}

int play_demo(Server& server, WebhookReceiver* receiver, std::ostream& out, std::stop_token stop) {
  auto house = house_of(server.settings());
  if (!house) {
    out << "No UDP or TCP listener reaches 127.0.0.1: the demo's phones cannot register.\n";
    return 1;
  }
  StoryBook book{server.settings().data_dir};
  auto recorded = book.from(std::string{alice} + "@" + house->domain, titles.size());
  if (!recorded.empty()) {
    print_recorded(std::move(recorded), book, out);
    return 0;
  }
  if (!receiver) {
    out << "Pushes go to the webhook that is configured, so the demo's phones cannot be woken;"
           " `sipwake demo` shows them with a server of its own.\n";
    return 0;
  }
  house->push = receiver;
  return perform(server, std::move(*house), {out}, std::move(stop));
}

}  // namespace app::demo
