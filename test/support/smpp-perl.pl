#!/usr/bin/perl
# A short message service center on loopback, of Debian's libnet-smpp-perl and Perl's own tables of characters: nothing
# in it is the product's. What happens is told on stdout, a JSON object a line; what it shall bring is told on stdin.
# A number ends in 000 where nobody has it (ESME_RINVDSTADR); a text that begins with "faster" is throttled once.
use strict;
use warnings;
use Encode qw(decode encode);
use IO::Select;
use JSON::PP;
use Net::SMPP;

use constant { RECEIPT => 0x04, HEADER => 0x40, UCS2 => 8, INTERNATIONAL => 1 };
$| = 1;
my $json = JSON::PP->new->canonical->utf8;
sub tell_that { print $json->encode({@_}), "\n" }

my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34, interface_version => 0x34)
  or die "cannot listen: $!";
tell_that(event => 'listening', port => $listener->sockport);

my ($client, $next_id, $throttled, %parts);
my $readable = IO::Select->new($listener, \*STDIN);
while (my @ready = $readable->can_read) {
  for my $one (@ready) {
    if ($one == $listener) {
      $client = $listener->accept or next;
      $client->set_version(0x34);
      $readable->add($client);
    } elsif ($one == \*STDIN) {
      my $line = <STDIN>;
      exit unless defined $line;
      bring($json->decode($line));
    } else {
      my $pdu = do { local $SIG{__WARN__} = sub { }; $one->read_pdu };
      if (defined $pdu) { answer($one, $pdu) } else { $readable->remove($one); $one->close }
    }
  }
}

sub answer {
  my ($to, $pdu) = @_;
  my ($cmd, $seq) = @$pdu{qw(cmd seq)};
  if ($cmd == 0x09) {
    my $status = $pdu->{password} eq 'secret' ? 0 : 0x0e;
    tell_that(event => 'bound', map { $_ => $pdu->{$_} } qw(system_id system_type interface_version));
    $to->bind_transceiver_resp(system_id => 'perl', seq => $seq, status => $status);
  } elsif ($cmd == 0x04) {
    submitted($to, $pdu);
  } elsif ($cmd == 0x15) {
    tell_that(event => 'asked whether there');
    $to->enquire_link_resp(seq => $seq);
  } elsif ($cmd == 0x06) {
    tell_that(event => 'left');
    $to->unbind_resp(seq => $seq);
  } elsif ($cmd == 0x80000005) {
    tell_that(event => 'delivery answered', status => $pdu->{status});
  } else {
    tell_that(event => 'not expected', cmd => $cmd);
    $to->generic_nack(seq => $seq, status => 0x03);
  }
}

sub submitted {
  my ($to, $pdu) = @_;
  my $status =
      $pdu->{destination_addr} =~ /000$/ ? 0x0b
    : $pdu->{short_message} =~ /^faster/ && !$throttled++ ? 0x58
    : 0;
  my $id = $status ? '' : 'perl-' . ++$next_id;
  $to->submit_sm_resp(message_id => $id, seq => $pdu->{seq}, status => $status);
  return if $status;

  my ($octets, $whole, $nth, $reference) = ($pdu->{short_message}, 1, 1, undef);
  if ($pdu->{esm_class} & HEADER) {
    my $length = ord $octets;
    ($reference, $whole, $nth) = unpack 'x3CCC', $octets;
    $octets = substr $octets, 1 + $length;
  }
  my $text = decode($pdu->{data_coding} == UCS2 ? 'UTF-16BE' : 'gsm0338', $octets, Encode::FB_CROAK);
  my $parts = $parts{ $pdu->{destination_addr} . ' ' . ($reference // "alone $id") } //= {};
  $parts->{$nth} = $text;
  if (keys %$parts == $whole) {
    tell_that(
      event => 'text',
      parts => $whole,
      text => join('', map { $parts->{$_} } 1 .. $whole),
      map { $_ => $pdu->{$_} } qw(source_addr_ton source_addr_npi source_addr dest_addr_ton dest_addr_npi destination_addr data_coding),
    );
  }
  return unless $pdu->{registered_delivery} == 1;
  # The same receipt in words (appendix B) and in parameters (5.3.2.12 and 5.3.2.35).
  deliver(
    esm_class => RECEIPT,
    source_addr => $pdu->{destination_addr},
    short_message => "id:$id sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:",
    receipted_message_id => "$id\0",
    message_state => chr 2,
  );
}

sub bring {
  my ($what) = @_;
  my $coding = $what->{ucs2} ? UCS2 : 0;
  my $octets = encode($coding == UCS2 ? 'UTF-16BE' : 'gsm0338', $what->{text}, Encode::FB_CROAK);
  deliver(esm_class => 0, source_addr => $what->{from}, data_coding => $coding, short_message => $octets);
}

sub deliver {
  $client->deliver_sm(
    async => 1,
    source_addr_ton => INTERNATIONAL,
    source_addr_npi => 1,
    dest_addr_ton => 5,
    dest_addr_npi => 0,
    destination_addr => 'Nordlicht',
    @_,
  );
}
