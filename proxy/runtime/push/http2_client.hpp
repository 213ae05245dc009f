#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "proxy/runtime/push/http2_connection.hpp"

namespace proxy::runtime::push {

/// Asks one service for one key, over one warm HTTP/2 connection. A request goes again when the
/// service did nothing with it (GOAWAY), once more when its connection was lost, and beside itself
/// on a second connection when no answer comes in time. Lives on the thread of its io_context.
class Http2Client {
 public:
  using Ticket = std::uint64_t;
  using Callback = std::function<void(HttpAnswer)>;
  struct Options {
    Http2Connection::Options connection;
    sip::Duration hedge{0};      ///< without an answer for so long it is asked again; 0: never
    std::size_t queued{10'000};  ///< open requests; more fail with "queue full"
    bool warm{true};             ///< a lost connection is made anew without being needed
  };
  /// Told when a connection stands (empty) and when one fails, with the reason.
  using Trouble = std::function<void(const std::string& why)>;

  Http2Client(boost::asio::io_context& io, Options options, Trouble trouble);
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  /// Connects ahead.
  void start();
  /// Calls back exactly once, maybe before it returns; with status 0 when there is no answer by
  /// `until`. `fresh`: only over a connection made from now on.
  Ticket ask(HttpRequest request, Clock::time_point until, bool fresh, Callback done);
  /// Ends with "dropped" unless it has left; then its answer still counts.
  void drop(Ticket ticket);
  /// Everything that is open ends with "shutting down".
  void stop();

  std::size_t open() const { return asked_.size(); }
  /// Connections that were opened, for tests and figures.
  std::uint64_t connections() const { return next_line_ - 1; }

 private:
  using LineId = std::uint64_t;
  struct Line {
    LineId id{0};
    std::shared_ptr<Http2Connection> connection;
    Clock::time_point opened;
    bool greeted{false};
    bool useful{false};   ///< an answer came over it
    bool retired{false};  ///< closed by us, since there is a newer one
  };
  struct Asked {
    HttpRequest request;
    Callback done;
    Clock::time_point until;
    Clock::time_point due;   ///< key in timed_
    LineId from{0};          ///< only over this line or a later one
    std::vector<LineId> on;  ///< where it is under way
    std::string lost_why;
    unsigned replays{0};
    bool again{false};
    bool hedged{false};
  };
  using AskedMap = std::map<Ticket, Asked>;

  void pump();
  Line* line_for(LineId from);
  Line* find(LineId id);
  void send(AskedMap::iterator at, Line& line);
  void open_if_needed();
  void changed(LineId id);
  void take(const Http2Session::Answered& event, Line& line);
  void take(const Http2Session::Lost& event, LineId line);
  void sweep();
  void finish(AskedMap::iterator at, HttpAnswer answer);
  void fail(AskedMap::iterator at, std::string why);
  void set_due(Ticket ticket, Asked& asked, Clock::time_point due);
  void arm_timer();
  void on_timer();

  boost::asio::io_context& io_;
  const Options options_;
  Trouble trouble_;
  AskedMap asked_;
  std::set<Ticket> waiting_;  ///< for a line, by arrival
  std::set<std::pair<Clock::time_point, Ticket>> timed_;
  std::vector<Line> lines_;  ///< oldest first
  boost::asio::steady_timer timer_;
  Clock::time_point open_at_{};
  std::string last_trouble_;
  unsigned failures_{0};
  Ticket next_ticket_{1};
  LineId next_line_{1};
  bool warm_{false};
  bool stopped_{false};
  bool pumping_{false};
};

}  // namespace proxy::runtime::push
