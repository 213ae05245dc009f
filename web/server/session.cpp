#include "web/server/session.hpp"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "web/api/bearer.hpp"
#include "web/api/cookie.hpp"
#include "web/api/encoding.hpp"
#include "web/api/etag.hpp"
#include "web/api/plan.hpp"
#include "web/api/problem.hpp"
#include "web/api/render.hpp"
#include "web/server/download.hpp"
#include "web/server/event_stream.hpp"
#include "web/server/response.hpp"
#include "web/server/wire.hpp"

namespace web::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;
using proxy::runtime::log::Log;
using Clock = std::chrono::steady_clock;
using Parser = http::request_parser<http::string_body>;
using Head = Parser::value_type;

// What a client may still send while it reads its last reply.
constexpr std::size_t lingering_bytes = 4'194'304;
constexpr std::chrono::seconds lingering_time{2};

std::string to_text(beast::string_view text) { return {text.data(), text.size()}; }

/// Completes with the answer on the connection's executor, whatever thread it comes from.
asio::awaitable<api::Answer> answer_of(std::shared_ptr<Backend> backend, api::Task task,
                                       api::Caller caller, asio::any_io_executor executor,
                                       std::shared_ptr<Log> log) {
  auto start = [](auto handler, const std::shared_ptr<Backend>& behind, api::Task&& what,
                  const api::Caller& who, const asio::any_io_executor& on,
                  const std::shared_ptr<Log>& errors) {
    // std::function copies what it holds, a completion handler can only be moved.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    const auto deliver = [shared, on](api::Answer answer) {
      asio::post(on, [shared, kept = std::move(answer)]() mutable {
        std::move (*shared)(std::move(kept));
      });
    };
    // What is thrown here would not reach the coroutine, which is suspended already.
    try {
      behind->perform(std::move(what), who, deliver);
    } catch (const std::exception& error) {
      errors->error("http.request_failed", {{"error", error.what()}});
      deliver(proxy::view::Refused{500, "", "this could not be done; see the log"});
    }
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(api::Answer)>(
      start, use_awaitable, std::move(backend), std::move(task), std::move(caller),
      std::move(executor), std::move(log));
}

class Connection final : public Session {
 public:
  Connection(std::unique_ptr<Wire> wire, std::shared_ptr<Backend> backend, const HttpLimits& limits,
             std::shared_ptr<Log> log)
      : wire_(std::move(wire)),
        buffer_(limits.header_bytes + limits.body_bytes),
        backend_(std::move(backend)),
        limits_(limits),
        log_(std::move(log)) {
    error_code error;
    const auto peer = tcp().socket().remote_endpoint(error);
    if (!error) peer_ = peer.address().to_string() + ' ' + std::to_string(peer.port());
    tcp().socket().set_option(asio::ip::tcp::no_delay{true}, error);
  }

  void close() override {
    idle_since_.reset();
    tcp().close();
    pause_.cancel();
  }
  std::optional<Clock::time_point> idle_since() const override { return idle_since_; }
  const std::shared_ptr<Log>& log() const { return log_; }
  asio::any_io_executor executor() { return tcp().get_executor(); }

  asio::awaitable<void> serve();

 private:
  asio::awaitable<bool> request_begins();
  asio::awaitable<bool> exchange();
  asio::awaitable<error_code> read(Parser& parser, bool whole);
  asio::awaitable<error_code> read_body(Parser& parser);
  asio::awaitable<api::Reply> perform(api::Task task);
  asio::awaitable<api::Reply> perform_once(api::Task task, const api::Request& request,
                                           std::string key);
  asio::awaitable<void> stream(const Head& head, const api::Watch& watch);
  api::Request request_of(const Head& head) const;
  asio::awaitable<bool> send(api::Reply reply, bool head_only, bool keep_alive);
  asio::awaitable<void> linger();
  std::optional<api::Reply> refuse_stranger(const Head& head);
  Admitted admit(const Head& head);
  void note(const Head& head, int status);

  beast::tcp_stream& tcp() { return wire_->tcp(); }

  std::unique_ptr<Wire> wire_;
  asio::steady_timer pause_{wire_->tcp().get_executor()};  ///< of a stream of events
  beast::flat_buffer buffer_;
  std::shared_ptr<Backend> backend_;
  HttpLimits limits_;
  std::shared_ptr<Log> log_;
  std::string peer_;
  api::Caller caller_;  ///< of the request at hand
  std::optional<Clock::time_point> idle_since_;
};

asio::awaitable<void> Connection::serve() {
  // Who shakes hands slowly makes room for others, as who sends nothing.
  idle_since_ = Clock::now();
  tcp().expires_after(limits_.request_time);
  const error_code refused = co_await wire_->open();
  bool more = !refused;
  while (more) {
    more = co_await request_begins();
    if (more) more = co_await exchange();
  }
  idle_since_.reset();
  // Who was not told that this is the end takes what came for cut off.
  if (!refused && wire_->is_secure()) {
    tcp().expires_after(lingering_time);
    co_await wire_->finish();
  }
  tcp().close();
}

asio::awaitable<bool> Connection::request_begins() {
  if (buffer_.size() != 0) co_return true;
  constexpr std::size_t portion = 4'096;
  idle_since_ = Clock::now();
  tcp().expires_after(limits_.idle_time);
  error_code error;
  const auto count = co_await wire_->read_some(buffer_.prepare(portion), error);
  buffer_.commit(count);
  if (error) idle_since_.reset();
  co_return !error;
}

/// One request and its reply; false: the connection has ended.
asio::awaitable<bool> Connection::exchange() {
  Parser parser;
  parser.header_limit(limits_.header_bytes);
  parser.body_limit(limits_.body_bytes);
  // One deadline for the whole request: a byte now and then does not move it.
  tcp().expires_after(limits_.request_time);
  error_code error = co_await read(parser, false);
  // Until its head is whole a request is nobody's work yet: who sends it slowly makes room for
  // others.
  idle_since_.reset();
  const auto& head = parser.get();
  std::optional<api::Reply> refusal = error ? unreadable(error) : refuse_stranger(head);
  if (error && !refusal) co_return false;
  if (!refusal) {
    error = co_await read_body(parser);
    if (error) refusal = unreadable(error);
    if (error && !refusal) co_return false;
  }
  if (refusal) {
    note(head, refusal->status);
    co_await send(*std::move(refusal), head.method() == http::verb::head, false);
    co_await linger();
    co_return false;
  }
  const auto request = request_of(head);
  auto plan = api::plan(request);
  if (const auto* watch = std::get_if<api::Watch>(&plan)) {
    const api::Watch wanted = *watch;
    co_await stream(head, wanted);
    co_return false;
  }
  api::Reply reply;
  if (auto* task = std::get_if<api::Task>(&plan)) {
    reply = co_await perform_once(std::move(*task), request, to_text(head["Idempotency-Key"]));
    reply = api::unless_known(request, std::move(reply));
  } else {
    reply = std::get<api::Reply>(std::move(plan));
  }
  note(head, reply.status);
  if (api::may_be_zipped(request, reply)) zip(reply);
  co_return co_await send(std::move(reply), head.method() == http::verb::head, head.keep_alive());
}

/// To the end of the head, or of the whole request.
asio::awaitable<error_code> Connection::read(Parser& parser, bool whole) {
  constexpr std::size_t portion = 16'384;
  error_code error;
  parser.eager(whole);
  while (!(whole ? parser.is_done() : parser.is_header_done())) {
    if (buffer_.size() > 0) {
      buffer_.consume(parser.put(buffer_.data(), error));
      if (!error) continue;
      if (error != http::error::need_more) co_return error;
    }
    const auto room = std::min(portion, buffer_.max_size() - buffer_.size());
    if (room == 0) co_return http::error::buffer_overflow;
    const auto count = co_await wire_->read_some(buffer_.prepare(room), error);
    buffer_.commit(count);
    if (!error) continue;
    co_return error == asio::error::eof ? http::error::partial_message : error;
  }
  co_return error_code{};
}

asio::awaitable<error_code> Connection::read_body(Parser& parser) {
  constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code error;
  if (!parser.is_done() && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    error = co_await wire_->write(asio::buffer(go_on.data(), go_on.size()));
  }
  if (!error) error = co_await read(parser, true);
  co_return error;
}

Admitted Connection::admit(const Head& head) {
  const auto method = head.method();
  const bool reading = method == http::verb::get || method == http::verb::head;
  const auto session = api::session_of(to_text(head[http::field::cookie]));
  const auto admission = backend_->admit_session(session, to_text(head["X-CSRF-Token"]), !reading);
  return {admission, {"page", "", api::Scope::admin}};
}

/// Looks at the head alone: a stranger's body is not even read.
std::optional<api::Reply> Connection::refuse_stranger(const Head& head) {
  const auto needed = api::needed_scope(to_text(head.method_string()), to_text(head.target()),
                                        limits_.metrics_open);
  caller_ = {"", peer_.substr(0, peer_.find(' ')), api::Scope::read};
  if (!needed) return std::nullopt;
  const auto given = head.count(http::field::authorization);
  const auto value = given == 1 ? to_text(head[http::field::authorization]) : std::string{};
  const auto token = api::bearer_token(value);
  const bool by_cookie = given == 0 && head.count(http::field::cookie) != 0;
  if (!token && !by_cookie) return api::unauthorized(false);
  auto admitted = token ? backend_->admit(*token) : admit(head);
  caller_.who = std::move(admitted.caller.who);
  caller_.scope = admitted.caller.scope;
  switch (admitted.admission) {
    case Admission::known:
      if (caller_.scope < *needed) return api::out_of_scope(to_string(*needed));
      return std::nullopt;
    case Admission::expired:
      return api::unauthorized(true, "this token has expired");
    case Admission::unknown:
      return api::unauthorized(token.has_value());
    case Admission::forged:
      return api::to_reply({403, "a change from the page needs its X-CSRF-Token", ""});
    case Admission::unavailable:
      break;
  }
  return api::to_reply({503, "tokens cannot be read now", ""});
}

api::Request Connection::request_of(const Head& head) const {
  return {to_text(head.method_string()),
          to_text(head.target()),
          to_text(head[http::field::content_type]),
          head.body(),
          api::session_of(to_text(head[http::field::cookie])),
          peer_.substr(0, peer_.find(' ')),
          to_text(head["Last-Event-ID"]),
          to_text(head[http::field::accept_encoding]),
          to_text(head[http::field::if_match]),
          to_text(head[http::field::if_none_match])};
}

asio::awaitable<api::Reply> Connection::perform(api::Task task) {
  tcp().expires_never();
  const auto answer = co_await answer_of(backend_, std::move(task), caller_, executor(), log_);
  co_return api::render(answer);
}

asio::awaitable<api::Reply> Connection::perform_once(api::Task task, const api::Request& request,
                                                     std::string key) {
  // Nobody in particular, who logs in or looks, has nothing to repeat.
  if (key.empty() || caller_.who.empty() || request.method != "POST")
    co_return co_await perform(std::move(task));
  auto& kept = backend_->idempotency();
  if (auto known = kept.begin(caller_, key, request, Clock::now())) co_return *std::move(known);
  const auto reply = co_await perform(std::move(task));
  kept.finish(caller_, key, reply);
  co_return reply;
}

/// The one reply that has no end.
asio::awaitable<void> Connection::stream(const Head& head, const api::Watch& watch) {
  auto response = to_response({200, "text/event-stream", "", {}}, true, false);
  response.erase(http::field::content_length);
  std::function<bool()> admitted = [this, &head] { return !refuse_stranger(head); };
  co_await stream_events(*wire_, pause_, backend_->events(), watch, head_text(response),
                         std::move(admitted), limits_);
}

/// False: the connection must end.
asio::awaitable<bool> Connection::send(api::Reply reply, bool head_only, bool keep_alive) {
  for (auto& [name, value] : reply.headers)
    if (wire_->is_secure() && name == "Set-Cookie") value += "; Secure";
  auto file = reply.file.empty() ? std::nullopt : OpenFile::open(reply.file);
  if (!reply.file.empty() && !file) reply = api::to_reply({404, "this file is gone", ""});
  if (file && !head_only) {
    auto head = to_response(std::move(reply), true, keep_alive);
    head.content_length(file->size());
    const bool sent =
        co_await send_file(*wire_, head_text(head), *std::move(file), limits_.reply_time);
    co_return sent&& keep_alive;
  }
  auto response = to_response(std::move(reply), head_only, keep_alive);
  if (file) response.content_length(file->size());
  tcp().expires_after(limits_.reply_time);
  const auto text = head_text(response).append(response.body());
  const error_code error = co_await wire_->write(asio::buffer(text));
  co_return !error && keep_alive;
}

/// Reads on for a moment: closing over unread bytes would reset the connection, and the client
/// would lose the reply (RFC 9112 section 9.6).
asio::awaitable<void> Connection::linger() {
  error_code error;
  tcp().expires_after(lingering_time);
  co_await wire_->finish();
  std::vector<char> unwanted(16'384);
  for (std::size_t total = 0; !error && total < lingering_bytes;)
    total += co_await wire_->read_some(asio::buffer(unwanted), error);
}

/// Changes and refused strangers are worth a line; reading is not.
void Connection::note(const Head& head, int status) {
  const auto method = head.method();
  const bool reading = method == http::verb::get || method == http::verb::head;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto report = [&](proxy::Level level, std::string_view event) {
    constexpr std::size_t shown = 200;
    return proxy::Report{level,
                         event,
                         {{"method", to_text(head.method_string().substr(0, shown))},
                          {"target", to_text(head.target().substr(0, shown))},
                          {"status", std::to_string(status)},
                          {"from", peer_}}};
  };
  if (status == 401) {
    log_->write_guarded(report(proxy::Level::warn, "http.unauthorized"), now);
  } else if (!reading && status < 400) {
    log_->write(report(proxy::Level::info, "http.change"), now);
  } else {
    return;
  }
  log_->flush();
}

}  // namespace

std::shared_ptr<Session> start_session(std::unique_ptr<Wire> wire, std::shared_ptr<Backend> backend,
                                       const HttpLimits& limits, std::shared_ptr<Log> log,
                                       std::function<void()> ended) {
  auto connection =
      std::make_shared<Connection>(std::move(wire), std::move(backend), limits, std::move(log));
  auto finish = [connection, ended = std::move(ended)](const std::exception_ptr& failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      connection->log()->error("http.session_failed", {{"error", error.what()}});
    }
    ended();
  };
  asio::co_spawn(connection->executor(), connection->serve(), std::move(finish));
  return connection;
}

}  // namespace web::server
