#pragma once
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sipstack/transport/endpoint.hpp"

namespace proxy::resolve::test {

/// The bytes of a DNS answer, written by hand: every field may be wrong.
struct Reply {
  std::string question;  ///< as it came: name, type, class
  std::uint16_t id{0};
  unsigned rcode{0};
  bool truncated{false};
  std::vector<std::string> records;

  static std::string name(std::string_view text);
  static std::string number(std::uint32_t value, unsigned bytes);
  Reply& add(std::string_view owner, std::uint16_t type, std::uint32_t ttl,
             const std::string& data);
  Reply& a(std::string_view owner, std::string_view address, std::uint32_t ttl = 60);
  Reply& srv(std::string_view owner, std::uint16_t priority, std::uint16_t weight,
             std::uint16_t port, std::string_view target);
  Reply& naptr(std::string_view owner, std::uint16_t order, std::uint16_t preference,
               std::string_view service, std::string_view replacement);
  Reply& cname(std::string_view owner, std::string_view target, std::uint32_t ttl = 60);
  std::string bytes() const;
};

/// A name server on loopback, UDP and TCP on one port.
class DnsStub {
 public:
  struct Asked {
    std::string name;
    std::uint16_t type{0};
    bool tcp{false};
  };
  /// What to say; an empty text is silence.
  using Says = std::function<std::string(const Asked&, Reply)>;

  DnsStub(boost::asio::io_context& io, Says says);
  sip::Endpoint endpoint() const;
  std::vector<Asked> asked;

 private:
  struct Stream;

  void receive();
  void accept();
  void read(const std::shared_ptr<Stream>& stream);
  std::string answer(std::string_view query, bool tcp);

  Says says_;
  boost::asio::ip::tcp::acceptor tcp_;  ///< chooses the port: connections that ended hold many
  boost::asio::ip::udp::socket udp_;
  std::array<char, 4096> buffer_{};
  boost::asio::ip::udp::endpoint from_;
};

}  // namespace proxy::resolve::test
