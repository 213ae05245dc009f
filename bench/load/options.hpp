#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

enum class Mode : std::uint8_t {
  users,
  reg,
  refresh,
  call,
  options,
  pend,
  late,
  flood,
  burst,
  races,
  delays,
  crash,
};
enum class UserList : std::uint8_t { csv, sql };
enum class CallEnd : std::uint8_t { missed, answered };
/// Why a sleeping phone does not hear its INVITE.
enum class Asleep : std::uint8_t {
  expired,  ///< its binding is over
  mute,     ///< it is bound and deaf, and wakes at the same address
  moved,    ///< it is bound and deaf, and wakes at another address
  gone,     ///< it is bound and its socket closed, and wakes at another address
  mixed,    ///< each in turn
};

/// One run, as given on the command line. Users are u000000, u000001, ... with passwords pw000000,
/// pw000001, ...
struct Options {
  Mode mode{Mode::options};
  std::string target{"127.0.0.1:5060"};
  std::string domain{"bench.test"};
  std::string label;
  unsigned first{0};
  unsigned users{1000};
  unsigned count{0};  ///< operations; 0: one a user
  unsigned window{20};
  double rate{0};             ///< operations a second; 0: as fast as the window allows
  double flood_rate{50'000};  ///< flood: messages a second, beside `rate` probes
  std::chrono::duration<double> flood_time{5};
  unsigned sockets{4};
  std::string caller_ip{"127.0.0.2"};
  std::uint16_t caller_port{0};
  std::string device_ip{"127.0.0.3"};
  std::uint16_t device_port{0};   ///< of the first device socket; 0: the system chooses
  std::uint16_t webhook_port{0};  ///< pushes are answered here with 200; 0: nobody listens
  std::string contact_params;     ///< of sleeping devices; %u becomes the user
  std::string user_agent{"sipwake-load"};
  CallEnd end{CallEnd::missed};
  Asleep asleep{Asleep::expired};
  unsigned seed{1};
  unsigned kill_at{0};  ///< crash: this push kills the server; 0: the last, once all calls are held
  std::string database;  ///< delays: the server's, read to see what is durable
  bool burst{false};
  bool resume{false};
  std::chrono::duration<double> timeout{8};
  std::chrono::duration<double> settle{1};  ///< between preparation and measurement
  std::chrono::duration<double> after{0};   ///< before the reading, so that deferred work counts
  std::chrono::duration<double> grace{4};   ///< how long a late device waits
  std::vector<int> pids;
  UserList list{UserList::csv};
};

/// Exits with a message on bad usage, like CLI11 does.
Options read_options(int argc, char** argv);

std::string user_name(unsigned user);
std::string user_password(unsigned user);
std::string_view name_of(Mode mode);

}  // namespace bench
