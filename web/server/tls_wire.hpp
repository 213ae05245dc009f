#pragma once
#include "web/server/wire.hpp"

namespace web::server {

/// In a file of its own, since the TLS stream is slow to compile.
std::unique_ptr<Wire> make_tls_wire(boost::asio::ip::tcp::socket socket,
                                    proxy::runtime::tls::Context tls);

}  // namespace web::server
