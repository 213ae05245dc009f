#include "proxy/runtime/push/http2_client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;

constexpr unsigned replays_max = 5;
constexpr std::size_t lines_max = 6;
constexpr Clock::duration long_lived = 5s;
/// After the n-th failure in a row; somebody waits, or not.
constexpr std::array<Clock::duration, 4> waited_for{100ms, 500ms, 1s, 2s};
constexpr std::array<Clock::duration, 6> idle{500ms, 1s, 2s, 5s, 15s, 60s};

template <std::size_t N>
Clock::duration pause(const std::array<Clock::duration, N>& steps, unsigned failures) {
  return failures == 0 ? Clock::duration{0} : steps.at(std::min<std::size_t>(failures, N) - 1);
}

Clock::time_point to_clock(sip::TimePoint at) {
  return Clock::time_point{std::chrono::duration_cast<Clock::duration>(at.time_since_epoch())};
}

}  // namespace

Http2Client::Http2Client(boost::asio::io_context& io, Options options, Trouble trouble)
    : io_{io}, options_{std::move(options)}, trouble_{std::move(trouble)}, timer_{io} {}

void Http2Client::start() {
  warm_ = options_.warm;
  pump();
}

Http2Client::Ticket Http2Client::ask(HttpRequest request, Clock::time_point until, bool fresh,
                                     Callback done) {
  const auto ticket = next_ticket_++;
  const char* problem = stopped_ ? "shutting down" : nullptr;
  if (asked_.size() >= options_.queued) problem = "queue full";
  if (problem != nullptr) {
    HttpAnswer answer;
    answer.error = problem;
    done(std::move(answer));
    return ticket;
  }
  Asked asked;
  asked.request = std::move(request);
  asked.done = std::move(done);
  asked.until = until;
  asked.from = fresh ? next_line_ : 0;
  const auto at = asked_.emplace(ticket, std::move(asked)).first;
  set_due(ticket, at->second, until);
  waiting_.insert(ticket);
  pump();
  return ticket;
}

void Http2Client::drop(Ticket ticket) {
  const auto at = asked_.find(ticket);
  if (at == asked_.end()) return;
  if (at->second.on.empty()) return fail(at, "dropped");
  waiting_.erase(ticket);  // not asked a second time
  at->second.hedged = true;
  at->second.again = true;
  at->second.replays = replays_max;
}

void Http2Client::stop() {
  stopped_ = true;
  warm_ = false;
  timer_.cancel();
  for (auto& line : std::exchange(lines_, {})) line.connection->close();
  while (!asked_.empty()) fail(asked_.begin(), "shutting down");
}

/// Hands over what waits, as far as there is room; opens a connection when none will do.
void Http2Client::pump() {
  if (stopped_ || pumping_) return;
  pumping_ = true;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto asked = asked_.find(*at);
    Line* line = line_for(asked->second.from);
    const bool all_busy = line == nullptr && asked->second.from == 0;
    if (all_busy) break;
    if (line == nullptr) {
      ++at;
      continue;
    }
    at = waiting_.erase(at);
    send(asked, *line);
  }
  open_if_needed();
  pumping_ = false;
  arm_timer();
}

/// The newest that takes requests: an older one may be about to go, or hang.
Http2Client::Line* Http2Client::line_for(LineId from) {
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (line->id >= from && line->connection->can_ask()) return &*line;
  return nullptr;
}

Http2Client::Line* Http2Client::find(LineId id) {
  const auto at = std::ranges::find(lines_, id, &Line::id);
  return at == lines_.end() ? nullptr : &*at;
}

void Http2Client::send(AskedMap::iterator at, Line& line) {
  auto& asked = at->second;
  asked.on.push_back(line.id);
  line.connection->ask(at->first, asked.request);
  if (options_.hedge > sip::Duration{0} && !asked.hedged)
    set_due(at->first, asked, std::min(asked.until, Clock::now() + options_.hedge));
}

void Http2Client::open_if_needed() {
  const auto usable = [](const Line& line) { return !line.connection->is_closing(); };
  const bool none = std::ranges::none_of(lines_, usable);
  const LineId newest = lines_.empty() || none ? 0 : lines_.back().id;
  const bool newer_wanted =
      std::ranges::any_of(waiting_, [&](Ticket ticket) { return asked_.at(ticket).from > newest; });
  const bool wanted = newer_wanted || (none && (warm_ || !waiting_.empty()));
  const bool opening = !lines_.empty() && lines_.back().connection->is_opening();
  if (!wanted || opening || lines_.size() >= lines_max || Clock::now() < open_at_) return;
  Line line;
  line.id = next_line_++;
  line.opened = Clock::now();
  line.connection = std::make_shared<Http2Connection>(io_, options_.connection);
  lines_.push_back(line);
  line.connection->open([this, id = line.id] { changed(id); });
}

void Http2Client::changed(LineId id) {
  Line* line = find(id);
  if (line == nullptr) return;
  if (!line->greeted && line->connection->was_ready() && !line->connection->is_closing() &&
      !line->connection->is_opening()) {
    line->greeted = true;
    trouble_({});
  }
  for (auto& event : line->connection->take_events()) {
    if (const auto* answered = std::get_if<Http2Session::Answered>(&event)) {
      line = find(id);
      if (line != nullptr) take(*answered, *line);
    } else {
      take(std::get<Http2Session::Lost>(event), id);
    }
  }
  sweep();
  pump();
}

void Http2Client::take(const Http2Session::Answered& event, Line& line) {
  line.useful = true;
  failures_ = 0;
  open_at_ = {};
  const auto at = asked_.find(event.token);
  if (at == asked_.end()) return;
  std::erase(at->second.on, line.id);
  finish(at, event.answer);
}

void Http2Client::take(const Http2Session::Lost& event, LineId line) {
  const auto at = asked_.find(event.token);
  if (at == asked_.end()) return;
  auto& asked = at->second;
  std::erase(asked.on, line);
  asked.lost_why = event.why;
  if (!asked.on.empty() || waiting_.contains(at->first)) return;  // it goes on elsewhere
  const bool may = event.untouched ? asked.replays < replays_max : !asked.again;
  if (!may) return fail(at, event.why);
  if (event.untouched)
    ++asked.replays;
  else
    asked.again = true;
  asked.from = std::max(asked.from, event.untouched ? 0 : line + 1);
  waiting_.insert(at->first);
}

/// Forgets connections that are over, and closes older ones once a newer one works and they have
/// nothing left to do.
void Http2Client::sweep() {
  bool newer = false;
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    const auto& connection = line->connection;
    line->retired = !connection->is_over() && newer && connection->open_requests() == 0;
    if (line->retired) connection->close();
    newer = newer || (!connection->is_closing() && !connection->is_opening());
  }
  const auto now = Clock::now();
  for (const auto& line : lines_) {
    if (!line.connection->is_over() || line.retired) continue;
    const bool served = line.useful || (line.greeted && now - line.opened > long_lived);
    if (served) continue;
    ++failures_;
    last_trouble_ = line.connection->why();
    const bool somebody_waits = !waiting_.empty();
    open_at_ = now + (somebody_waits ? pause(waited_for, failures_) : pause(idle, failures_));
    trouble_(last_trouble_);
  }
  std::erase_if(lines_, [](const Line& line) { return line.connection->is_over(); });
}

void Http2Client::finish(AskedMap::iterator at, HttpAnswer answer) {
  const auto ticket = at->first;
  Asked asked = std::move(at->second);
  asked_.erase(at);
  waiting_.erase(ticket);
  timed_.erase({asked.due, ticket});
  for (const auto id : asked.on)
    if (Line* line = find(id)) line->connection->forget(ticket);
  asked.done(std::move(answer));
}

void Http2Client::fail(AskedMap::iterator at, std::string why) {
  HttpAnswer answer;
  answer.error = std::move(why);
  finish(at, std::move(answer));
}

void Http2Client::set_due(Ticket ticket, Asked& asked, Clock::time_point due) {
  timed_.erase({asked.due, ticket});
  asked.due = due;
  timed_.emplace(due, ticket);
}

void Http2Client::arm_timer() {
  auto next = Clock::time_point::max();
  if (!timed_.empty()) next = timed_.begin()->first;
  for (const auto& line : lines_)
    if (const auto due = line.connection->next_deadline()) next = std::min(next, to_clock(*due));
  if ((warm_ || !waiting_.empty()) && open_at_ > Clock::now()) next = std::min(next, open_at_);
  if (next == Clock::time_point::max()) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(next);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && !stopped_) on_timer();
  });
}

void Http2Client::on_timer() {
  const auto now = Clock::now();
  const auto lines = lines_;
  for (const auto& line : lines) line.connection->on_deadline(Http2Connection::now());
  while (!timed_.empty() && timed_.begin()->first <= now) {
    const auto at = asked_.find(timed_.begin()->second);
    auto& asked = at->second;
    if (now >= asked.until) {
      const auto& why = asked.lost_why.empty() ? last_trouble_ : asked.lost_why;
      const bool never_left = asked.on.empty() && !why.empty();
      fail(at, never_left ? why : "timeout");
      continue;
    }
    set_due(at->first, asked, asked.until);
    if (asked.hedged || asked.on.empty()) continue;
    asked.hedged = true;
    asked.from = std::max(asked.from, asked.on.back() + 1);
    waiting_.insert(at->first);
  }
  pump();
}

}  // namespace proxy::runtime::push
