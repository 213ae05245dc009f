#include <gtest/gtest.h>

#include <boost/asio/write.hpp>

#include "sipstack/net/socket.hpp"
#include "tests/unit/sipstack/net/tls_fixture.hpp"

namespace sip::net {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;
using Texts = std::vector<std::string>;

TEST_F(TlsTest, CarriesMessagesBothWays) {
  listen_tls();
  const auto peer = connect();
  ASSERT_TRUE(peer->is_secure());
  EXPECT_EQ(peer->version(), "TLSv1.3");
  peer->write(options_text);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  EXPECT_EQ(diary_.messages[0].bytes, options_text);
  EXPECT_EQ(diary_.messages[0].flow.transport, Transport::tls);
  EXPECT_EQ(diary_.messages[0].flow, diary_.opened.at(0));
  network().send(diary_.messages[0].flow, make_bytes("one,"));
  network().send(diary_.messages[0].flow, make_bytes("two"));
  network().flush();
  EXPECT_EQ(read(*peer, 7), "one,two");
}

TEST_F(TlsTest, SpeaksTls12AndNothingOlder) {
  SSL_CTX_set_max_proto_version(client_.get(), TLS1_2_VERSION);
  listen_tls();
  EXPECT_EQ(connect()->version(), "TLSv1.2");
  // The client's own library would not offer it at its usual security level.
  SSL_CTX_set_security_level(client_.get(), 0);
  SSL_CTX_set_min_proto_version(client_.get(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(client_.get(), TLS1_1_VERSION);
  EXPECT_FALSE(connect()->is_secure());
  ASSERT_TRUE(run_until([this] { return !diary_.troubles.empty(); }));
  EXPECT_EQ(diary_.troubles, Texts{"TLS: unsupported protocol"});
}

TEST_F(TlsTest, RefusesCiphersWithoutForwardSecrecy) {
  SSL_CTX_set_max_proto_version(client_.get(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(client_.get(), "ECDHE-ECDSA-AES256-SHA:AES256-SHA");
  listen_tls();
  EXPECT_FALSE(connect()->is_secure());
  ASSERT_TRUE(run_until([this] { return !diary_.troubles.empty(); }));
  EXPECT_EQ(diary_.troubles, Texts{"TLS: no shared cipher"});
}

TEST_F(TlsTest, CarriesALargeMessageInManyRecords) {
  listen_tls();
  const auto peer = connect();
  std::string large = options_text.substr(0, options_text.rfind("Content-Length"));
  large += "Content-Length: 60000\r\n\r\n" + std::string(60'000, 'x');
  peer->write(large);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  EXPECT_EQ(diary_.messages[0].bytes, large);
  network().send(diary_.messages[0].flow, make_bytes(large));
  network().flush();
  EXPECT_EQ(read(*peer, large.size()), large);
}

TEST_F(TlsTest, SpeaksIpv6) {
  settings_.tls = TlsContext::load(tls_);
  listen({Transport::tls}, *Endpoint::parse("[::1]:0"));
  const auto peer = connect();
  peer->write(options_text);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  EXPECT_FALSE(diary_.messages[0].flow.peer.address.is_v4());
}

TEST_F(TlsTest, TurnsAwayMoreConnectionsThanAllowedBeforeTheHandshake) {
  settings_.limits.connections = 2;
  listen_tls();
  auto one = connect_plain();
  const auto two = connect();
  auto three = connect_plain();
  ASSERT_TRUE(run_until([this] { return network().counters().over_limit == 1; }));
  EXPECT_EQ(read(three, 1), "");
  EXPECT_EQ(diary_.troubles, Texts{"too many connections"});
  one.close();
  ASSERT_TRUE(run_until([this] { return network().connections() == 1; }));
  EXPECT_TRUE(connect()->is_secure());
}

TEST_F(TlsTest, TellsTheFlowAsOpenedOnlyOnceItIsSecure) {
  listen_tls();
  auto mute = connect_plain();
  const auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  EXPECT_EQ(diary_.opened[0].peer, to_endpoint(peer->socket().local_endpoint()));
  mute.close();
  ASSERT_TRUE(run_until([this] { return network().connections() == 1; }));
  EXPECT_TRUE(diary_.closed.empty());
}

TEST_F(TlsTest, AnswersAPingAndSaysGoodbye) {
  listen_tls();
  const auto peer = connect();
  peer->write("\r\n\r\n");
  EXPECT_EQ(read(*peer, 2), "\r\n");
  ASSERT_EQ(diary_.keep_alives.size(), 1U);
  network().close(diary_.keep_alives[0]);
  read(*peer, 1);
  EXPECT_EQ(SSL_get_shutdown(peer->ssl()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
}

TEST_F(TlsTest, ShowsTheCertificateThatWasAskedFor) {
  const auto exact = certificates_.make("one.example");
  const auto wild = certificates_.make("wild.example");
  tls_.hosts = {{"one.example", exact}, {"*.wild.example", wild}};
  listen_tls();
  const auto print = [](const IdentityFiles& files) {
    return facts_of(*read_certificates(files.certificate).front(), {}).fingerprint;
  };
  EXPECT_EQ(connect("ONE.example")->fingerprint(), print(exact));
  EXPECT_EQ(connect("any.wild.example")->fingerprint(), print(wild));
  EXPECT_EQ(connect("a.b.wild.example")->fingerprint(), print(tls_.files)) << "one label only";
  EXPECT_EQ(connect("other.example")->fingerprint(), print(tls_.files));
  EXPECT_EQ(connect()->fingerprint(), print(tls_.files));
}

TEST_F(TlsTest, ResumesASessionWithATicket) {
  listen_tls();
  SSL_CTX_set_session_cache_mode(client_.get(), SSL_SESS_CACHE_CLIENT);
  SSL_CTX_set_max_proto_version(client_.get(), TLS1_2_VERSION);
  const auto first = connect();
  const std::unique_ptr<SSL_SESSION, FreedBy<SSL_SESSION_free>> session{
      SSL_get1_session(first->ssl())};
  auto second = std::make_unique<TlsPeer>(connect_plain(), client_, true);
  SSL_set_session(second->ssl(), session.get());
  EXPECT_TRUE(shake(std::move(second))->resumed());
}

TEST_F(TlsTest, KeepsFlowsWhenTheCertificateIsRenewed) {
  listen_tls();
  const auto old = connect();
  tls_.files = certificates_.make("renewed.example");
  network().renew_tls(TlsContext::load(tls_));
  const auto renewed = connect();
  EXPECT_NE(renewed->fingerprint(), old->fingerprint());
  old->write(options_text);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  network().send(diary_.messages[0].flow, make_bytes("still here"));
  network().flush();
  EXPECT_EQ(read(*old, 10), "still here");
  EXPECT_TRUE(diary_.closed.empty());
}

TEST_F(TlsTest, AsksForAClientCertificateWhenToldTo) {
  const auto known = certificates_.make("known.example");
  const auto stranger = certificates_.make("stranger.example");
  tls_.client_ca = known.certificate;
  listen_tls();
  // TLS 1.3 clients think they are done before the server has looked.
  SSL_CTX_set_max_proto_version(client_.get(), TLS1_2_VERSION);
  EXPECT_FALSE(connect()->is_secure()) << "without a certificate";
  for (const auto& files : {stranger, known}) {
    const auto identity = read_identity(files);
    SSL_CTX_use_certificate(client_.get(), identity.chain.front().get());
    SSL_CTX_use_PrivateKey(client_.get(), identity.key.get());
    EXPECT_EQ(connect()->is_secure(), files.certificate == known.certificate);
  }
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  EXPECT_EQ(diary_.troubles.size(), 2U);
  EXPECT_EQ(diary_.troubles[0], "TLS: peer did not return a certificate");
}

class TlsProofTest : public TlsTest {
 protected:
  void show(const IdentityFiles& files) {
    const auto identity = read_identity(files);
    SSL_CTX_use_certificate(client_.get(), identity.chain.front().get());
    SSL_CTX_use_PrivateKey(client_.get(), identity.key.get());
  }
  /// What is told of the next connection.
  Texts proven(std::unique_ptr<TlsPeer> peer) {
    EXPECT_TRUE(run_until([this] { return !diary_.proven.empty(); }));
    if (diary_.proven.empty()) return {"never opened"};
    auto told = std::move(diary_.proven.back());
    diary_.proven.clear();
    peers_.push_back(std::move(peer));
    return told;
  }
  IdentityFiles known_ = certificates_.make("known.example");
  Certificates elsewhere_;
  IdentityFiles forged_ = elsewhere_.make("known.example");  ///< signed by somebody else
  std::vector<std::unique_ptr<TlsPeer>> peers_;
};

TEST_F(TlsProofTest, TellsTheDomainsOfAVerifiedClientCertificate) {
  tls_.client_ca = known_.certificate;
  show(known_);
  listen_tls();
  EXPECT_EQ(proven(connect()), Texts{"known.example"});
}

TEST_F(TlsProofTest, TellsNothingWhereNoCertificateIsAskedFor) {
  show(known_);
  listen_tls();
  EXPECT_EQ(proven(connect()), Texts{});
}

TEST_F(TlsProofTest, LetsWhoProvesNothingInWhenACertificateIsNotRequired) {
  tls_.client_ca = known_.certificate;
  tls_.client_must = false;
  listen_tls();
  EXPECT_EQ(proven(connect()), Texts{}) << "without a certificate";
  show(forged_);
  EXPECT_EQ(proven(connect()), Texts{}) << "of the same name";
  show(known_);
  EXPECT_EQ(proven(connect()), Texts{"known.example"});
}

TEST_F(TlsProofTest, BelievesNoCertificateThatHasExpired) {
  const auto old = certificates_.make("old.example", std::chrono::hours{0});
  tls_.client_ca = old.certificate;
  tls_.client_must = false;
  show(old);
  listen_tls();
  EXPECT_EQ(proven(connect()), Texts{});
}

TEST_F(TlsProofTest, RemembersWhatWasProvenOrNotInAResumedSession) {
  tls_.client_ca = known_.certificate;
  tls_.client_must = false;
  listen_tls();
  SSL_CTX_set_session_cache_mode(client_.get(), SSL_SESS_CACHE_CLIENT);
  SSL_CTX_set_max_proto_version(client_.get(), TLS1_2_VERSION);
  for (const auto& [files, expected] :
       {std::pair{known_, Texts{"known.example"}}, std::pair{forged_, Texts{}}}) {
    show(files);
    auto first = connect();
    const std::unique_ptr<SSL_SESSION, FreedBy<SSL_SESSION_free>> session{
        SSL_get1_session(first->ssl())};
    EXPECT_EQ(proven(std::move(first)), expected);
    auto second = std::make_unique<TlsPeer>(connect_plain(), client_, true);
    SSL_set_session(second->ssl(), session.get());
    second = shake(std::move(second));
    EXPECT_TRUE(second->resumed());
    EXPECT_EQ(proven(std::move(second)), expected);
  }
}

// --- peers that do not behave ------------------------------------------------------------------

TEST_F(TlsTest, ClosesAHandshakeThatStalls) {
  settings_.patience.handshake = milliseconds{30};
  listen_tls();
  auto mute = connect_plain();
  auto half = connect_plain();
  boost::asio::write(half, boost::asio::buffer("\x16\x03\x01\x02\x00\x01", 6));
  ASSERT_TRUE(run_until([this] { return network().counters().timeouts == 2; }));
  EXPECT_EQ(read(mute, 1), "");
  EXPECT_EQ(diary_.troubles, (Texts{"handshake not done in time", "handshake not done in time"}));
  EXPECT_TRUE(diary_.opened.empty());
}

TEST_F(TlsTest, FiveHundredStalledHandshakesHinderNobody) {
  listen_tls();
  std::vector<tcp::socket> stalled;
  stalled.reserve(500);
  for (int i = 0; i < 500; ++i) stalled.push_back(connect_plain());
  ASSERT_TRUE(run_until([this] { return network().connections() == 500; }));
  const auto peer = connect();
  peer->write(options_text);
  EXPECT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  EXPECT_TRUE(diary_.troubles.empty());
}

TEST_F(TlsTest, ClosesAPeerThatSpeaksPlainText) {
  listen_tls();
  auto peer = connect_plain();
  boost::asio::write(peer, boost::asio::buffer(options_text));
  ASSERT_TRUE(run_until([this] { return network().counters().handshake_errors == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"no TLS on a TLS connection"});
  EXPECT_EQ(network().connections(), 0U);
  EXPECT_TRUE(connect()->is_secure());
}

TEST_F(TlsTest, ClosesAPeerThatSpeaksTlsOnAPlainPort) {
  listen({Transport::tcp});
  EXPECT_FALSE(connect()->is_secure());
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"TLS on a connection without"});
}

TEST_F(TlsTest, ClosesAPeerThatBreaksTheRecords) {
  listen_tls();
  const auto peer = connect();
  const auto other = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 2; }));
  boost::asio::write(peer->socket(), boost::asio::buffer("\x17\x03\x03\x00\x05hello", 10));
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  other->write(options_text);
  EXPECT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
}

TEST_F(TlsTest, ClosesASecurePeerThatSaysNothing) {
  settings_.patience.first_message = milliseconds{30};
  listen_tls();
  const auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"no whole message in time"});
}

TEST_F(TlsTest, ClosesAPeerThatDoesNotRead) {
  listen_tls();
  const auto peer = connect();
  const auto other = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 2; }));
  const auto mute = to_endpoint(peer->socket().local_endpoint());
  const auto flow = diary_.opened[diary_.opened[0].peer == mute ? 0 : 1];
  const auto bytes = make_bytes(std::string(50'000, 'x'));
  for (int i = 0; i < 10'000 && diary_.closed.empty(); ++i) {
    network().send(flow, bytes, 1);
    network().flush();
    io_.poll();
  }
  ASSERT_EQ(diary_.closed, std::vector<Flow>{flow});
  EXPECT_EQ(network().counters().slow_readers, 1U);
  EXPECT_FALSE(diary_.failures.empty());
  other->write(options_text);
  EXPECT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
}

TEST_F(TlsTest, WritesOnWhenASlowPeerReadsAgain) {
  settings_.limits.unsent_bytes_per_flow = 64'000'000;
  listen_tls();
  const auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  const auto bytes = make_bytes(std::string(1'000'000, 'x'));
  for (int i = 0; i < 20; ++i) network().send(diary_.opened[0], bytes);
  network().flush();
  EXPECT_EQ(read(*peer, 20'000'000).size(), 20'000'000U);
}

TEST_F(TlsTest, ClosesAConnectionThatIsIdleForTooLong) {
  settings_.patience.idle = milliseconds{50};
  listen_tls();
  const auto peer = connect();
  peer->write(options_text);
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.messages.size(), 1U);
  EXPECT_EQ(diary_.troubles, Texts{"silent for too long"});
}

// --- connecting ourselves ----------------------------------------------------------------------

class TlsOutTest : public TlsTest {
 protected:
  TlsOutTest() { tls_.peer_ca = peer_files_.certificate; }

  /// Somebody who accepts one connection and shows this certificate.
  void accept_with(const IdentityFiles& files) {
    const auto identity = read_identity(files);
    SSL_CTX_use_certificate(server_.get(), identity.chain.front().get());
    SSL_CTX_use_PrivateKey(server_.get(), identity.key.get());
    network().send(flow(), make_bytes("hello"), 7);
    network().flush();
    peer_ = shake(std::make_unique<TlsPeer>(acceptor_.accept(), server_, false));
  }
  Flow flow() const { return {Transport::tls, 0, to_endpoint(acceptor_.local_endpoint()), 0}; }

  IdentityFiles peer_files_ = certificates_.make("pbx.example");
  tcp::acceptor acceptor_{io_, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  SslContextPtr server_{SSL_CTX_new(TLS_server_method())};
  std::unique_ptr<TlsPeer> peer_;
};

TEST_F(TlsOutTest, ConnectsToAPeerWhoseCertificateNamesItsAddress) {
  listen_tls();
  accept_with(peer_files_);
  EXPECT_EQ(read(*peer_, 5), "hello");
  ASSERT_EQ(diary_.opened.size(), 1U);
  EXPECT_EQ(diary_.opened[0].transport, Transport::tls);
  network().send(flow(), make_bytes("again"));
  network().flush();
  EXPECT_EQ(read(*peer_, 5), "again") << "over the same connection";
}

TEST_F(TlsOutTest, ConnectsToAPeerByItsName) {
  listen_tls();
  network().expect(flow().peer, "pbx.example");
  accept_with(peer_files_);
  EXPECT_EQ(read(*peer_, 5), "hello");
  EXPECT_STREQ(SSL_get_servername(peer_->ssl(), TLSEXT_NAMETYPE_host_name), "pbx.example");
}

TEST_F(TlsOutTest, TellsNothingToAPeerOfAnotherName) {
  listen_tls();
  network().expect(flow().peer, "other.example");
  accept_with(peer_files_);
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(diary_.failures[0].flow, flow());
  EXPECT_EQ(diary_.failures[0].cookie, 7U);
  EXPECT_EQ(diary_.troubles, Texts{"TLS: certificate not accepted: hostname mismatch"});
  EXPECT_EQ(read(*peer_, 1), "");
}

TEST_F(TlsOutTest, TellsNothingToAPeerWhoseNameCannotBeChecked) {
  listen_tls();
  network().expect(flow().peer, std::string(300, 'a'));
  network().send(flow(), make_bytes("hello"), 7);
  network().flush();
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"TLS: no name to expect"});
}

TEST_F(TlsOutTest, TellsNothingToAPeerWhomNobodyVouchesFor) {
  listen_tls();
  accept_with(certificates_.make("127.0.0.1"));
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"TLS: certificate not accepted: self-signed certificate"});
}

TEST_F(TlsOutTest, TellsNothingToAPeerWithAnExpiredCertificate) {
  const auto expired = certificates_.make("old.example", std::chrono::hours{0});
  tls_.peer_ca = expired.certificate;
  listen_tls();
  accept_with(expired);
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"TLS: certificate not accepted: certificate has expired"});
}

/// A peer that wants a certificate signed by this one.
void ask_for(SSL_CTX& server, const IdentityFiles& files) {
  const auto identity = read_identity(files);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(&server), identity.chain.front().get());
  SSL_CTX_set_verify(&server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

TEST_F(TlsOutTest, ShowsItsCertificateToAPeerThatAsks) {
  listen_tls();
  ask_for(*server_, tls_.files);
  accept_with(peer_files_);
  EXPECT_EQ(read(*peer_, 5), "hello");
  const X509Ptr shown{SSL_get1_peer_certificate(peer_->ssl())};
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(sip_domains_of(*shown), Texts{"default.example"});
  EXPECT_EQ(diary_.proven, std::vector<Texts>{Texts{}}) << "we asked nobody";
}

TEST_F(TlsOutTest, IsClosedByAPeerThatDoesNotTrustItsCertificate) {
  listen_tls();
  ask_for(*server_, certificates_.make("somebody.example"));
  accept_with(peer_files_);
  // In TLS 1.3 the client is done first: what it has sent is lost with the connection.
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() + diary_.failures.size() == 1; }));
  EXPECT_EQ(read(*peer_, 1), "");
}

TEST_F(TlsOutTest, CannotSendToAnOlderPeerThatDoesNotTrustItsCertificate) {
  listen_tls();
  SSL_CTX_set_max_proto_version(server_.get(), TLS1_2_VERSION);
  ask_for(*server_, certificates_.make("somebody.example"));
  accept_with(peer_files_);
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(diary_.failures[0].cookie, 7U);
}

TEST_F(TlsOutTest, GivesUpAPeerThatDoesNotShakeHands) {
  settings_.patience.handshake = milliseconds{30};
  listen_tls();
  network().send(flow(), make_bytes("hello"), 7);
  network().flush();
  auto mute = acceptor_.accept();
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(network().connections(), 0U);
}

}  // namespace
}  // namespace sip::net
