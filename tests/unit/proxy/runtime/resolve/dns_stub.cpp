#include "tests/unit/proxy/runtime/resolve/dns_stub.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace proxy::resolve::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

std::string Reply::number(std::uint32_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = bytes; i-- > 0;) out += static_cast<char>((value >> (8 * i)) & 255);
  return out;
}

std::string Reply::name(std::string_view text) {
  std::string out;
  while (!text.empty() && text != ".") {
    const auto dot = std::min(text.find('.'), text.size());
    out += static_cast<char>(dot);
    out.append(text.substr(0, dot));
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return out + '\0';
}

Reply& Reply::add(std::string_view owner, std::uint16_t type, std::uint32_t ttl,
                  const std::string& data) {
  records.push_back(name(owner) + number(type, 2) + number(1, 2) + number(ttl, 4) +
                    number(static_cast<std::uint32_t>(data.size()), 2) + data);
  return *this;
}
Reply& Reply::a(std::string_view owner, std::string_view address, std::uint32_t ttl) {
  const auto bytes = sip::Address::parse(address)->bytes;
  return add(owner, 1, ttl, std::string{bytes.begin() + 12, bytes.end()});
}
Reply& Reply::srv(std::string_view owner, std::uint16_t priority, std::uint16_t weight,
                  std::uint16_t port, std::string_view target) {
  return add(owner, 33, 60,
             number(priority, 2) + number(weight, 2) + number(port, 2) + name(target));
}
Reply& Reply::naptr(std::string_view owner, std::uint16_t order, std::uint16_t preference,
                    std::string_view service, std::string_view replacement) {
  std::string data = number(order, 2) + number(preference, 2) + "\x01s";
  data += static_cast<char>(service.size());
  data.append(service).append(1, '\0');
  return add(owner, 35, 60, data + name(replacement));
}
Reply& Reply::cname(std::string_view owner, std::string_view target, std::uint32_t ttl) {
  return add(owner, 5, ttl, name(target));
}

std::string Reply::bytes() const {
  std::string out = number(id, 2) + number(0x8180U | (truncated ? 0x0200U : 0U) | rcode, 2) +
                    number(1, 2) + number(static_cast<std::uint32_t>(records.size()), 2) +
                    number(0, 4) + question;
  for (const auto& record : records) out += record;
  return out;
}

DnsStub::DnsStub(asio::io_context& io, Says says)
    : says_{std::move(says)},
      tcp_{io, {asio::ip::address_v4::loopback(), 0}},
      udp_{io, {asio::ip::address_v4::loopback(), tcp_.local_endpoint().port()}} {
  receive();
  accept();
}

sip::Endpoint DnsStub::endpoint() const {
  return {*sip::Address::parse("127.0.0.1"), udp_.local_endpoint().port()};
}

std::string DnsStub::answer(std::string_view query, bool over_tcp) {
  Asked question;
  question.tcp = over_tcp;
  std::size_t at = 12;
  while (at < query.size() && query[at] != 0) {
    const auto length = static_cast<std::size_t>(query[at]);
    question.name.append(question.name.empty() ? "" : ".").append(query.substr(at + 1, length));
    at += length + 1;
  }
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(query.at(i)); };
  question.type = static_cast<std::uint16_t>(byte(at + 1) << 8 | byte(at + 2));
  Reply reply;
  reply.id = static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
  reply.question = query.substr(12, at + 5 - 12);
  asked.push_back(question);
  return says_(question, std::move(reply));
}

void DnsStub::receive() {
  udp_.async_receive_from(asio::buffer(buffer_), from_,
                          [this](const auto& error, std::size_t size) {
                            if (error) return;
                            const auto said = answer({buffer_.data(), size}, false);
                            boost::system::error_code ignored;
                            if (!said.empty()) udp_.send_to(asio::buffer(said), from_, 0, ignored);
                            receive();
                          });
}

/// One query of one connection; the length comes first (RFC 1035 section 4.2.2).
struct DnsStub::Stream {
  explicit Stream(tcp::socket peer) : socket{std::move(peer)} {}
  tcp::socket socket;
  std::array<char, 2> head{};
  std::string query;
  std::string said;
};

void DnsStub::accept() {
  tcp_.async_accept([this](const auto& error, tcp::socket peer) {
    if (error) return;
    const auto stream = std::make_shared<Stream>(std::move(peer));
    asio::async_read(stream->socket, asio::buffer(stream->head),
                     [this, stream](const auto& failed, std::size_t) {
                       if (!failed) read(stream);
                     });
    accept();
  });
}

void DnsStub::read(const std::shared_ptr<Stream>& stream) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(stream->head.at(i)); };
  stream->query.resize(static_cast<std::size_t>(byte(0) << 8 | byte(1)));
  asio::async_read(stream->socket, asio::buffer(stream->query),
                   [this, stream](const auto& error, std::size_t) {
                     if (error) return;
                     const auto said = answer(stream->query, true);
                     if (said.empty()) return;
                     const auto size = static_cast<std::uint32_t>(said.size());
                     stream->said = Reply::number(size, 2) + said;
                     asio::async_write(stream->socket, asio::buffer(stream->said),
                                       [stream](const auto&, std::size_t) {});
                   });
}

}  // namespace proxy::resolve::test
